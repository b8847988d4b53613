import { expect } from 'chai';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { changePassword } from '../../../node/app/keys/change-password.js';
import { createKeystore } from '../../../node/app/keys/keystore.js';
import { sessionKeysOf } from '../../../node/app/keys/session-keys.js';
import { keyFilesIn } from '../../../node/app/keys/key-files.js';
import { loadSettings } from '../../../node/app/settings/config.js';
import { toHex } from '../../../node/core/data/bytes.js';
import { address } from '../../../node/core/units.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

const [FORMER, FOLLOWING] = ['correct horse', 'battery staple'];
const junk = { words: `${'test '.repeat(11)}junk`, path: "m/44'/60'/0'/0/0" };
const facts = { chainId: 31337, market: address(`0x${'aa'.repeat(20)}`), renter: address(`0x${'a1'.repeat(20)}`) };
const master = new Uint8Array(32).fill(9);
const scryptCost = 1 << 10;

/** A home with every key that there is, all under one password. */
const withHome = (task: (home: Awaited<ReturnType<typeof openHome>>) => Promise<void>): Promise<void> =>
  withDirectory(async (path) => task(await openHome(path)));

const openHome = async (home: string) => {
  await writeFile(join(home, 'config.json'), JSON.stringify({ keystore: { scryptCost } }));
  const settings = await loadSettings({ home });
  const folder = join(home, 'keys');
  const fresh = () => createKeystore({ folder, scryptCost });
  const session = sessionKeysOf(settings);
  return {
    folder,
    fresh,
    session,
    change: (former: string, following: string) => changePassword({ folder, scryptCost, former, following }),
  };
};

const fill = async ({ fresh, session }: Awaited<ReturnType<typeof openHome>>, sessionPassword = FORMER): Promise<void> => {
  const keystore = fresh();
  await keystore.create('wallet', FORMER, junk);
  await keystore.complete(['operator', 'peer'], FORMER);
  // One operator's key that was followed by another, and one that is to follow.
  await keystore.next.create(FORMER);
  await keystore.next.promote();
  await keystore.next.create(FORMER);
  await session.store(facts, master, sessionPassword);
};

describe('a change of password', () => {
  it('puts every key of the home under the new one, with the mnemonic, the session and the former and next operators', async () => {
    await withHome(async (home) => {
      await fill(home);
      const before = await Promise.all((['wallet', 'operator', 'peer'] as const).map((role) => home.fresh().unlock(role, FORMER)));
      const next = await home.fresh().next.address();
      const { changed, kept } = await home.change(FORMER, FOLLOWING);
      expect(kept).to.deep.equal([]);
      expect(changed).to.have.length(6);
      expect([...changed].toSorted()).to.deep.equal((await readdir(home.folder)).toSorted());
      for (const [index, role] of (['wallet', 'operator', 'peer'] as const).entries()) {
        expect(toHex(await home.fresh().unlock(role, FOLLOWING))).to.equal(toHex(before[index] ?? new Uint8Array()));
        await rejectsCoded(home.fresh().unlock(role, FORMER), 'WRONG_PASSWORD');
      }
      expect(await home.fresh().mnemonic(FOLLOWING)).to.deep.equal(junk);
      expect(toHex((await home.session.unlock(FOLLOWING)).master)).to.equal(toHex(master));
      expect(await home.fresh().next.address()).to.equal(next);
      await home.fresh().requireOpensAll(FOLLOWING);
    });
  });

  it('with a wrong password changes nothing', async () => {
    await withHome(async (home) => {
      await fill(home);
      const before = await Promise.all((await readdir(home.folder)).map((name) => readFile(join(home.folder, name), 'utf8')));
      const error = await rejectsCoded(home.change('wrong', FOLLOWING), 'WRONG_PASSWORD');
      expect(error.message).to.include('wallet.json');
      await rejectsCoded(home.change(FORMER, ''), 'PASSWORD_EMPTY');
      expect(await Promise.all((await readdir(home.folder)).map((name) => readFile(join(home.folder, name), 'utf8')))).to.deep.equal(
        before,
      );
    });
  });

  it('leaves a key that has a password of its own, and names it', async () => {
    await withHome(async (home) => {
      await fill(home, 'of its own');
      const { kept } = await home.change(FORMER, FOLLOWING);
      expect(kept).to.deep.equal(['session.json']);
      expect(toHex((await home.session.unlock('of its own')).master)).to.equal(toHex(master));
      expect((await home.change('of its own', FOLLOWING)).changed).to.deep.equal(['session.json']);
    });
  });

  it('stops at a broken key file, before anything is changed', async () => {
    await withHome(async (home) => {
      await fill(home);
      await writeFile(join(home.folder, 'session.json'), '{"v3":');
      await rejectsCoded(home.change(FORMER, FOLLOWING), 'KEYSTORE_CORRUPT');
      await home.fresh().requireOpensAll(FORMER);
    });
  });

  it('counts from one moment on: who reads between the files has all of them new, and who writes next finishes it', async () => {
    await withHome(async (home) => {
      await fill(home);
      const names = await readdir(home.folder);
      const olds = new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(home.folder, name), 'utf8')] as const)));
      await home.change(FORMER, FOLLOWING);
      const files: Record<string, string> = {};
      for (const name of names) files[name] = await readFile(join(home.folder, name), 'utf8');
      // Killed after the moment: some files have their new text, others the one before.
      await writeFile(join(home.folder, 'changing-together.json'), JSON.stringify({ holdfastTogether: 1, files }));
      for (const name of names.slice(2)) await writeFile(join(home.folder, name), olds.get(name) ?? '');
      await home.fresh().requireOpensAll(FOLLOWING);
      expect(toHex((await home.session.unlock(FOLLOWING)).master)).to.equal(toHex(master));
      const promoted = await home.fresh().next.promote();
      expect(await home.fresh().addressOf('operator')).to.equal(promoted);
      expect(await readdir(home.folder)).to.not.include('changing-together.json');
      await home.fresh().requireOpensAll(FOLLOWING);
    });
  });

  it('is not believed where its file is broken or names another', async () => {
    await withHome(async (home) => {
      await fill(home);
      for (const text of ['', '{', JSON.stringify({ holdfastTogether: 1, files: { '../config.json': '' } })]) {
        await writeFile(join(home.folder, 'changing-together.json'), text);
        await rejectsCoded(home.fresh().unlock('wallet', FORMER), 'KEYSTORE_CORRUPT');
      }
    });
  });

  it('and a new key are not made by two at once', async () => {
    await withDirectory(async (path) => {
      const files = keyFilesIn(join(path, 'keys'));
      await files.change(async () => {
        await rejectsCoded(
          files.change(() => Promise.resolve()),
          'KEYS_IN_USE',
        );
      });
      await files.change(() => Promise.resolve());
      await mkdir(join(path, 'empty'));
      await rejectsCoded(changePassword({ folder: join(path, 'empty'), scryptCost, former: 'a', following: 'b' }), 'KEY_MISSING');
    });
  });
});

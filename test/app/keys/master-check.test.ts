import { expect } from 'chai';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireSameMaster } from '../../../node/app/keys/master-check.js';
import { masterCheck } from '../../../node/core/keys/keys.js';
import { address } from '../../../node/core/units.js';
import { rejectsCoded } from '../../support/coded-errors.js';
import { withDirectory } from '../../support/temporary-directory.js';

const alice = { account: address(`0x${'a1'.repeat(20)}`), chainId: 31337n, market: address(`0x${'aa'.repeat(20)}`) };
const master = new Uint8Array(32).fill(5);
const other = new Uint8Array(32).fill(6);

describe('the check value of a home', () => {
  it('is kept with the first master key, private, and lets the same one in again', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'checks', 'one.json');
      await requireSameMaster(path, alice, master);
      const text = await readFile(path, 'utf8');
      expect(JSON.parse(text)).to.include({ renter: alice.account, market: alice.market, check: masterCheck(master) });
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      await requireSameMaster(path, alice, master);
      expect(await readFile(path, 'utf8')).to.equal(text);
    });
  });

  it('tells a wallet that signs otherwise, and another wallet, and stays as it was', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'one.json');
      await requireSameMaster(path, alice, master);
      const text = await readFile(path, 'utf8');
      const varied = await rejectsCoded(requireSameMaster(path, alice, other), 'MASTER_KEY_DIFFERS');
      expect(varied.message).to.include('signs otherwise');
      const bob = { ...alice, account: address(`0x${'b0'.repeat(20)}`) };
      const foreign = await rejectsCoded(requireSameMaster(path, bob, other), 'MASTER_KEY_DIFFERS');
      expect(foreign.message).to.include(alice.account).and.to.include(bob.account);
      expect(await readFile(path, 'utf8')).to.equal(text);
    });
  });

  it('is not guessed at where its file is broken', async () => {
    await withDirectory(async (folder) => {
      const path = join(folder, 'one.json');
      for (const text of ['', '{', '{"check":"00"}', ' '.repeat(8_192)]) {
        await writeFile(path, text);
        await rejectsCoded(requireSameMaster(path, alice, master), 'MASTER_CHECK_CORRUPT');
      }
      await rejectsCoded(requireSameMaster(folder, alice, master), 'FILE_UNREADABLE');
    });
  });
});

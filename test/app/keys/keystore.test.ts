import { expect } from 'chai';
import { Wallet } from 'ethers';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeystore } from '../../../node/app/keys/keystore.js';
import { toHex } from '../../../node/core/data/bytes.js';
import { isHoldfastError, type ErrorCode } from '../../../node/core/errors/holdfast-error.js';

const codeOf = async (work: Promise<unknown>): Promise<ErrorCode | undefined> =>
  await work.then(
    () => undefined,
    (error: unknown) => {
      if (isHoldfastError(error)) return error.code;
      throw error;
    },
  );

describe('keystore', () => {
  let folder: string;
  const key = new Uint8Array(32).fill(7);
  const keystore = () => createKeystore({ folder, scryptCost: 1 << 12 });

  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'holdfast-keys-')), 'keys');
  });
  afterEach(async () => {
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  it('gives Alice her key back, and tells her address without the password', async () => {
    const account = await keystore().create('wallet', 'correct horse', key);
    expect(await keystore().addressOf('wallet')).to.equal(account);
    expect(toHex(await keystore().unlock('wallet', 'correct horse'))).to.equal(toHex(key));
  });

  it('writes one private file that does not hold the key, and no other', async () => {
    await keystore().create('wallet', 'correct horse', key);
    expect(await readdir(folder)).to.deep.equal(['wallet.json']);
    const path = join(folder, 'wallet.json');
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await readFile(path, 'utf8')).not.to.include(toHex(key).slice(2));
  });

  it('refuses a wrong password and keeps the key', async () => {
    await keystore().create('operator', 'correct horse', key);
    expect(await codeOf(keystore().unlock('operator', 'battery staple'))).to.equal('WRONG_PASSWORD');
    expect(toHex(await keystore().unlock('operator', 'correct horse'))).to.equal(toHex(key));
  });

  it('never overwrites a key', async () => {
    const account = await keystore().create('wallet', 'correct horse', key);
    expect(await codeOf(keystore().create('wallet', 'other'))).to.equal('KEY_EXISTS');
    expect(await keystore().addressOf('wallet')).to.equal(account);
  });

  it('says which key is missing, and takes no empty password', async () => {
    expect(await codeOf(keystore().unlock('peer', 'x'))).to.equal('KEY_MISSING');
    expect(await codeOf(keystore().create('peer', ''))).to.equal('PASSWORD_EMPTY');
    expect(await keystore().has('peer')).to.equal(false);
  });

  it('names a truncated file and a foreign file as corrupt, and a key under the name of another role as that', async () => {
    await keystore().create('wallet', 'correct horse', key);
    const path = join(folder, 'wallet.json');
    const text = await readFile(path, 'utf8');
    await writeFile(join(folder, 'peer.json'), text);
    expect(await codeOf(keystore().unlock('peer', 'correct horse'))).to.equal('KEY_OF_ANOTHER_ROLE');
    await truncate(path, 100);
    expect(await codeOf(keystore().unlock('wallet', 'correct horse'))).to.equal('KEYSTORE_CORRUPT');
    await writeFile(path, '{"hello":1}');
    expect(await codeOf(keystore().unlock('wallet', 'correct horse'))).to.equal('KEYSTORE_CORRUPT');
  });

  it('makes no key under a password that does not open those that are there', async () => {
    await keystore().create('wallet', 'correct horse', key);
    const attempts = [
      () => keystore().create('operator', 'battery staple'),
      () => keystore().next.create('battery staple'),
      () => keystore().complete(['wallet', 'operator', 'peer'], 'battery staple'),
    ];
    for (const attempt of attempts) expect(await codeOf(attempt())).to.equal('WRONG_PASSWORD');
    expect(await readdir(folder)).to.deep.equal(['wallet.json']);
    await keystore().complete(['wallet', 'operator', 'peer'], 'correct horse');
    await keystore().requireOpensAll('correct horse');
    expect((await readdir(folder)).toSorted()).to.deep.equal(['operator.json', 'peer.json', 'wallet.json']);
  });

  it('keeps the mnemonic that a wallet was made of, encrypted, and has none of other wallets', async () => {
    const mnemonic = { words: `${'test '.repeat(11)}junk`, path: "m/44'/60'/0'/0/0" };
    expect(await keystore().create('wallet', 'correct horse', mnemonic)).to.equal('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
    expect(await keystore().mnemonic('correct horse')).to.deep.equal(mnemonic);
    expect(await codeOf(keystore().mnemonic('battery staple'))).to.equal('WRONG_PASSWORD');
    expect(await readFile(join(folder, 'wallet.json'), 'utf8')).not.to.include('junk');
    await rm(join(folder, 'wallet.json'));
    await keystore().create('wallet', 'correct horse', key);
    expect(await keystore().mnemonic('correct horse')).to.equal(undefined);
  });

  it('says that a kept mnemonic is of another key, and gives the key all the same', async () => {
    const mnemonic = { words: `${'test '.repeat(11)}junk`, path: "m/44'/60'/0'/0/0" };
    await keystore().create('wallet', 'correct horse', mnemonic);
    const path = join(folder, 'wallet.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace("m/44'/60'/0'/0/0", "m/44'/60'/0'/0/1"));
    expect(await codeOf(keystore().mnemonic('correct horse'))).to.equal('KEYSTORE_CORRUPT');
    expect(await keystore().unlock('wallet', 'correct horse')).to.have.length(32);
  });

  it('gives a keystore that other wallets open', async () => {
    await keystore().create('wallet', 'correct horse', key);
    const sealed = JSON.stringify(await keystore().sealed('correct horse'));
    expect((await Wallet.fromEncryptedJson(sealed, 'correct horse')).privateKey).to.equal(toHex(key));
    expect(await codeOf(keystore().sealed('battery staple'))).to.equal('WRONG_PASSWORD');
  });
});

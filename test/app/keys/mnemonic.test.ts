import { expect } from 'chai';
import { computeAddress, encryptKeystoreJson } from 'ethers';
import { toHex } from '../../../node/core/data/bytes.js';
import { FIRST_PATH, keyOfMnemonic, newMnemonic, parseMnemonic, parsePath, pathOfIndex } from '../../../node/app/keys/mnemonic.js';
import { bringWallet, isSecretTyped } from '../../../node/app/keys/wallet-source.js';
import { rejectsCoded } from '../../support/coded-errors.js';

const junk = `${'test '.repeat(11)}junk`;
const addressAt = async (words: string, path = FIRST_PATH): Promise<string> =>
  computeAddress(toHex(await keyOfMnemonic({ words, path }))).toLowerCase();

const noPassword = { path: FIRST_PATH, password: () => Promise.reject(new Error('no password is asked for')) };

describe('a mnemonic', () => {
  it('gives the key that other wallets have of it, by path and by index', async () => {
    expect(await addressAt(junk)).to.equal('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266');
    expect(await addressAt(junk, pathOfIndex(1))).to.equal('0x70997970c51812dc3a010c7d01b50e0d17dc79c8');
    expect(pathOfIndex(10)).to.equal("m/44'/60'/0'/0/10");
  });

  it('is new each time, of 12 or 24 words, and reads back', async () => {
    for (const count of [12, 24] as const) {
      const [one, other] = [await newMnemonic(count), await newMnemonic(count)];
      expect(one.words.split(' ')).to.have.length(count);
      expect(one.words).to.not.equal(other.words);
      expect(await parseMnemonic(one.words)).to.equal(one.words);
    }
  });

  it('is read as people write it: in capitals, numbered, on several lines', async () => {
    const written = junk
      .split(' ')
      .map((word, index) => `${index + 1}. ${word.toUpperCase()}`)
      .join('\r\n');
    expect(await parseMnemonic(`  ${written}\n`)).to.equal(junk);
  });

  it('with a mistyped word names the word, its place and the nearest ones', async () => {
    const error = await rejectsCoded(parseMnemonic(junk.replace('junk', 'jumk')), 'MNEMONIC_WORD_UNKNOWN');
    expect(error.data).to.deep.include({ position: 12, word: 'jumk' });
    expect((error.data as { nearest: readonly string[] }).nearest)
      .to.include('junk')
      .and.to.have.length(3);
    expect(error.message).to.include('word 12, "jumk"');
  });

  it('whose words changed places, or that lacks one, says so and repeats none of them', async () => {
    const swapped = await rejectsCoded(parseMnemonic(`junk ${'test '.repeat(11)}`), 'MNEMONIC_INVALID');
    expect(swapped.message).to.include('checksum').and.to.not.include('junk');
    const short = await rejectsCoded(parseMnemonic('test '.repeat(11)), 'MNEMONIC_INVALID');
    expect(short.message).to.include('11 words');
  });

  it('has no path that is none', () => {
    expect(parsePath("m/44'/60'/1'/0/7")).to.equal("m/44'/60'/1'/0/7");
    for (const text of ['', 'm', '44/60', "m/44''/0", 'm/x', 'm/2147483648', 'm/0/', 'm/-1'])
      expect(() => parsePath(text), text).to.throw(TypeError);
  });
});

describe('a wallet that is brought', () => {
  const key = `0x${'a1'.repeat(32)}`;

  it('is a private key, with or without 0x, in groups as a paper backup has it', async () => {
    for (const text of [key, `${key}\r\n`, key.slice(2).toUpperCase(), `0x ${key.slice(2, 34)}\n   ${key.slice(34)}`]) {
      const { kind, key: found } = await bringWallet(text, 'here', noPassword);
      expect([kind, toHex(found)], text).to.deep.equal(['private key', key]);
    }
  });

  it('is a mnemonic, at the path that is named', async () => {
    const brought = await bringWallet(junk, 'here', { ...noPassword, path: pathOfIndex(1) });
    expect(brought.kind).to.equal('mnemonic');
    expect(computeAddress(toHex(brought.key))).to.equal('0x70997970C51812dc3A010C7d01b50e0d17dc79C8');
  });

  it('is a keystore of another wallet, or our own key file, with its password', async () => {
    const text = await encryptKeystoreJson({ address: computeAddress(key), privateKey: key }, 'theirs', { scrypt: { N: 2 } });
    const envelope = JSON.stringify({ holdfastKeystore: 1, role: 'wallet', v3: JSON.parse(text) as unknown });
    for (const one of [text, envelope, `\uFEFF${text}`]) {
      const { kind, key: found } = await bringWallet(one, 'theirs.json', { ...noPassword, password: async () => 'theirs' });
      expect([kind, toHex(found)]).to.deep.equal(['keystore', key]);
      const wrong = await rejectsCoded(bringWallet(one, 'theirs.json', { ...noPassword, password: async () => 'ours' }), 'WRONG_PASSWORD');
      expect(wrong.message).to.include('theirs.json');
    }
  });

  it('that would take all memory to open is refused before it is tried', async () => {
    const text = await encryptKeystoreJson({ address: computeAddress(key), privateKey: key }, 'x', { scrypt: { N: 2 } });
    for (const [modest, much] of [
      ['"n":2,', '"n":1073741824,'],
      ['"p":1,', '"p":1073741823,'],
    ] as const) {
      const greedy = text.replace(modest, much);
      expect(greedy).to.not.equal(text);
      const error = await rejectsCoded(bringWallet(greedy, 'x', { ...noPassword, password: async () => 'x' }), 'KEYSTORE_CORRUPT');
      expect(String(error.cause)).to.include('bytes of memory');
    }
  });

  it('that is nothing of the kind is not repeated in the error', async () => {
    for (const text of ['', 'hello', key.slice(0, -1), `0x${'00'.repeat(32)}`, `0x${'ff'.repeat(32)}`, '{', '{"version":1}']) {
      const error = await rejectsCoded(bringWallet(text, 'here', noPassword), 'KEY_INVALID');
      if (text.length > 1) expect(JSON.stringify([error.message, error.data]), text).to.not.include(text);
    }
  });

  it('is known where it was typed in the place of a file', () => {
    const eleven = junk.split(' ').slice(1).join(' ');
    for (const secret of [key, key.slice(2), key.slice(0, -1), junk, eleven, junk.replaceAll(' ', ',')])
      expect(isSecretTyped(secret)).to.equal(true);
    for (const file of [
      'key.txt',
      'My Documents/the key.txt',
      `${'a1'.repeat(31)}.json`,
      'the wallet of my old laptop.json',
      'a1'.repeat(20),
    ])
      expect(isSecretTyped(file)).to.equal(false);
  });
});

// A second reading of docs/keys.md: mnemonics and signatures by viem, which the node does not use, and HKDF by node:crypto.
import { hkdfSync } from 'node:crypto';
import { mnemonicToAccount, privateKeyToAccount } from 'viem/accounts';

type Hex = `0x${string}`;

const raw = (text: Hex): Buffer => Buffer.from(text.slice(2), 'hex');
const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`;
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const derive = (key: Uint8Array, salt: string, info: Uint8Array, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.from(salt), info, length));

/** Order of secp256k1, SEC 2 section 2.4.1. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** 48 bytes as a private key: the number they are, modulo n − 1, plus 1 (FIPS 186-5, A.2.1). */
const privateKeyOf = (bytes: Uint8Array): Hex => `0x${((BigInt(hex(bytes)) % (ORDER - 1n)) + 1n).toString(16).padStart(64, '0')}`;

const messageFor = ({ chainId, market }: { readonly chainId: number; readonly market: Hex }): string =>
  'Holdfast: unlock my storage.\n\n' +
  'Signing this gives the one who asks the keys of everything you store. Sign it in Holdfast only.\n\n' +
  `Chain: ${chainId}\nMarket: ${market}\nVersion: 1`;

const cases = [
  {
    mnemonic: 'test test test test test test test test test test test junk',
    index: 0,
    chainId: 31337,
    market: `0x${'aa'.repeat(20)}`,
  },
  {
    mnemonic: 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about',
    index: 1,
    chainId: 11155111,
    market: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
  },
  {
    mnemonic: `${'abandon '.repeat(23)}art`,
    index: 2_147_483_647,
    chainId: 1,
    market: `0x${'07'.repeat(20)}`,
  },
] as const;

const objects = [
  { object: '00112233445566778899aabbccddeeff', slab: 0, shard: 0, deal: `0x${'d1'.repeat(32)}`, attempt: 0 },
  { object: 'ffffffffffffffffffffffffffffffff', slab: 4_294_967_295, shard: 254, deal: `0x${'5e'.repeat(32)}`, attempt: 4_294_967_295 },
] as const;

const placement = (master: Uint8Array, { object, slab, shard, deal, attempt }: (typeof objects)[number]) => {
  const objectKey = derive(master, 'holdfast/object-key/1', raw(`0x${object}`), 32);
  const slabKey = derive(objectKey, 'holdfast/slab-key/1', uint32(slab), 32);
  const info = Buffer.concat([uint32(shard), raw(deal), uint32(attempt)]);
  const shardKeyAndNonce = derive(slabKey, 'holdfast/shard-key/1', info, 48);
  return { object, slab, shard, deal, attempt, objectKey, slabKey, shardKeyAndNonce };
};

/** Keys of shares, of which a link has the first or the second. */
const shareOf = (master: Uint8Array, share: string, manifest: string) => {
  const none = Buffer.alloc(0);
  const key = derive(master, 'holdfast/share-key/1', raw(`0x${share}`), 32);
  const verify = derive(key, 'holdfast/share-verify/1', none, 32);
  const reader = privateKeyOf(derive(verify, 'holdfast/share-reader/1', none, 48));
  return {
    share,
    manifest,
    key,
    verify,
    tag: derive(verify, 'holdfast/share-tag/1', none, 16).toString('hex'),
    reader,
    readerAddress: privateKeyToAccount(reader).address.toLowerCase(),
    placesKeyAndNonce: derive(verify, 'holdfast/share-places-key/1', raw(`0x${manifest}`), 48),
    contentsKeyAndNonce: derive(key, 'holdfast/share-contents-key/1', raw(`0x${manifest}`), 48),
  };
};

/** The content of `keys.json`: mnemonic → address → signature → master key → everything below it. */
export const keyVectors = (): Promise<object[]> =>
  Promise.all(
    cases.map(async ({ mnemonic, index, chainId, market }) => {
      const account = mnemonicToAccount(mnemonic, { addressIndex: index });
      const message = messageFor({ chainId, market });
      const signature = await account.signMessage({ message });
      const master = derive(raw(signature).subarray(0, 64), 'holdfast/master/1', Buffer.alloc(0), 32);
      const sessionKey = privateKeyOf(derive(master, 'holdfast/session/1', Buffer.alloc(0), 48));
      return {
        mnemonic,
        path: `m/44'/60'/0'/0/${index}`,
        address: account.address.toLowerCase(),
        chainId,
        market,
        message: Buffer.from(message),
        signature,
        master,
        check: derive(master, 'holdfast/check/1', Buffer.alloc(0), 8).toString('hex'),
        sessionKey,
        sessionAddress: privateKeyToAccount(sessionKey).address.toLowerCase(),
        placements: objects.map((one) => placement(master, one)),
        share: shareOf(master, '0123456789abcdef0123456789abcdef', 'fedcba9876543210fedcba9876543210'),
      };
    }),
  );

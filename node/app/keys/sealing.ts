import type * as Ethers from 'ethers';
import { scrypt as nativeScrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod/v4';
import { fromHex, toHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Mnemonic } from './mnemonic.js';

/** An encrypted key: Web3 Secret Storage, version 3, as other wallets read it too. */
export const sealedKey = z.looseObject({ version: z.literal(3) });
export type SealedKey = z.infer<typeof sealedKey>;

/** What is encrypted. */
export interface Secret {
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** The mnemonic that the key is of, where it is kept: encrypted beside the key, in the field that ethers has for it. */
  readonly mnemonic?: Mnemonic | undefined;
}

const derive = promisify<Uint8Array, Uint8Array, number, object, Buffer>(nativeScrypt);

/** ethers, with Node's own scrypt in a thread: its JavaScript takes longer, and the event loop with it. */
const loadEthers = async (): Promise<typeof Ethers> => {
  const ethers = await import('ethers');
  if (!isRegistered)
    ethers.scrypt.register((password, salt, N, r, p, length) =>
      derive(password, salt, length, { N, r, p, maxmem: 128 * r * (N + p + 2) + 1024 }),
    );
  isRegistered = true;
  return ethers;
};
let isRegistered = false;

/** Encrypts `secret`. `scryptCost` is N of RFC 7914, a power of two. PASSWORD_EMPTY. */
export const seal = async ({ key, mnemonic }: Secret, password: string, scryptCost: number): Promise<SealedKey> => {
  if (password.length === 0) throw new HoldfastError('PASSWORD_EMPTY', {});
  const { computeAddress, encryptKeystoreJson, Mnemonic: Phrases } = await loadEthers();
  const privateKey = toHex(key);
  const account = {
    address: computeAddress(privateKey),
    privateKey,
    ...(mnemonic && { mnemonic: { path: mnemonic.path, locale: 'en', entropy: Phrases.phraseToEntropy(mnemonic.words) } }),
  };
  const text = await encryptKeystoreJson(account, password, { scrypt: { N: scryptCost } });
  return sealedKey.parse(JSON.parse(text));
};

/** Most memory that opening a key may go through, bytes: whoever wrote the file chose it. */
const MOST_MEMORY = 2 ** 30;

/** RangeError for a file that asks for more memory, or time, than anybody's key needs (scrypt goes through 128 · N · r bytes, p times). */
const requireModest = (sealed: SealedKey): void => {
  const field = (from: unknown, name: string): unknown =>
    typeof from === 'object' && from !== null ? Object.entries(from).find(([key]) => key.toLowerCase() === name)?.[1] : undefined;
  const parameters = field(field(sealed, 'crypto'), 'kdfparams');
  const number = (name: string): number => Number(field(parameters, name) ?? 1);
  const memory = 128 * number('n') * number('r') * number('p');
  if (!(memory <= MOST_MEMORY)) throw new RangeError(`opening it takes ${memory} bytes of memory`);
};

/** Decrypts what lies at `path`. WRONG_PASSWORD, KEYSTORE_CORRUPT. */
export const unseal = async (sealed: SealedKey, password: string, path: string): Promise<Secret> => {
  const { decryptKeystoreJson, Mnemonic: Phrases } = await loadEthers();
  try {
    requireModest(sealed);
    const { privateKey, mnemonic } = await decryptKeystoreJson(JSON.stringify(sealed), password);
    if (!mnemonic?.path) return { key: fromHex(privateKey) };
    return { key: fromHex(privateKey), mnemonic: { path: mnemonic.path, words: Phrases.entropyToPhrase(mnemonic.entropy) } };
  } catch (cause) {
    const wrong = cause instanceof Error && /incorrect password/i.test(cause.message);
    throw new HoldfastError(wrong ? 'WRONG_PASSWORD' : 'KEYSTORE_CORRUPT', { path }, { cause });
  }
};

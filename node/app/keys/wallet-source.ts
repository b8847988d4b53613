import { z } from 'zod/v4';
import { fromHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { addressOf } from '../../core/keys/signing.js';
import { keyOfMnemonic, parseMnemonic } from './mnemonic.js';
import { sealedKey, unseal } from './sealing.js';

/** What a person brings a wallet in. */
export type WalletSource = 'private key' | 'mnemonic' | 'keystore';

export interface BroughtWallet {
  readonly kind: WalletSource;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

export interface BringOptions {
  /** Which key of a mnemonic: a BIP-32 path. */
  readonly path: string;
  /** Password of a keystore, asked for where the text is one. */
  readonly password: () => Promise<string>;
}

/** A key file of ours: the keystore lies in an envelope. */
const ours = z.looseObject({ holdfastKeystore: z.literal(1), v3: sealedKey }).transform(({ v3 }) => v3);
const keystore = z.union([ours, sealedKey]);

/** Whether `text` is a private key, with or without 0x, in groups or not. */
const keyText = (text: string): string | undefined => /^(?:0x)?([0-9a-f]{64})$/i.exec(text.replaceAll(/\s+/g, ''))?.[1];

/** Words from which on an argument is no name of a file. */
const TYPED_WORDS = 10;

/** Whether `word`, an argument of a command, is no name of a file but a secret itself, or what a slip has left of one. */
export const isSecretTyped = (word: string): boolean =>
  /^(?:0x)?[0-9a-f]{48,}$/i.test(word.replaceAll(/\s+/g, '')) ||
  word.split(/[\s,;]+/).filter((one) => /^\p{L}+$/u.test(one)).length >= TYPED_WORDS;

const parseKeystore = (text: string): z.infer<typeof sealedKey> => {
  try {
    return keystore.parse(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('KEY_INVALID', {}, { cause });
  }
};

const keyOfHex = (hex: string): Uint8Array => {
  const key = fromHex(`0x${hex.toLowerCase()}`);
  try {
    addressOf(key);
    return key;
  } catch {
    // The cause is not kept: it would be of the key.
    throw new HoldfastError('KEY_INVALID', {});
  }
};

/**
 * The wallet that `text` is: a private key, a mnemonic, or a keystore file (Web3 Secret Storage, as ours and those of other wallets are).
 * `where` names it in errors, which never repeat what was read, a mistyped word aside. KEY_INVALID, MNEMONIC_INVALID, MNEMONIC_WORD_UNKNOWN,
 * WRONG_PASSWORD, KEYSTORE_CORRUPT.
 */
export const bringWallet = async (text: string, where: string, { path, password }: BringOptions): Promise<BroughtWallet> => {
  const plain = text.replace(/^\uFEFF/, '').trim();
  if (plain.startsWith('{')) return { kind: 'keystore', key: (await unseal(parseKeystore(plain), await password(), where)).key };
  const hex = keyText(plain);
  if (hex !== undefined) return { kind: 'private key', key: keyOfHex(hex) };
  if (plain.split(/\s+/).length < 3) throw new HoldfastError('KEY_INVALID', {});
  return { kind: 'mnemonic', key: await keyOfMnemonic({ words: await parseMnemonic(plain), path }) };
};

import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { fromHex } from '../../core/data/bytes.js';

/** Numbers of words that BIP-39 knows. */
const LENGTHS = [12, 15, 18, 21, 24];

/** The first key of a mnemonic, where wallets for Ethereum have theirs (BIP-44). */
export const FIRST_PATH = "m/44'/60'/0'/0/0";

/** A mnemonic and which of its keys is meant. */
export interface Mnemonic {
  /** Words of the English list of BIP-39, apart by a space each. */
  readonly words: string;
  /** BIP-32 path of the key, from `m`. */
  readonly path: string;
}

/** Entropy of a mnemonic of so many words, bytes (BIP-39). */
const entropyBytes = (words: number): number => (words / 3) * 4;

/** A new mnemonic of `count` words (12 or 24), from the system's randomness. */
export const newMnemonic = async (count: 12 | 24): Promise<Mnemonic> => {
  const [{ Mnemonic: Phrases, randomBytes }] = await Promise.all([import('ethers')]);
  return { words: Phrases.entropyToPhrase(randomBytes(entropyBytes(count))), path: FIRST_PATH };
};

/** The private key that `mnemonic` means, 32 bytes. */
export const keyOfMnemonic = async ({ words, path }: Mnemonic): Promise<Uint8Array> => {
  const { HDNodeWallet } = await import('ethers');
  return fromHex(HDNodeWallet.fromPhrase(words, undefined, path).privateKey);
};

/** How many near words are told. */
const NEAREST = 3;

/** Words of `list` that `word` may have been meant to be, the nearest first. */
const nearestTo = async (word: string, list: readonly string[]): Promise<readonly string[]> => {
  const { default: distance } = await import('leven');
  const apart = list.map((one) => ({ one, steps: distance(word, one) }));
  return apart
    .toSorted((a, b) => a.steps - b.steps)
    .slice(0, NEAREST)
    .map(({ one }) => one);
};

/** The list as it is numbered on paper: "1. abandon 2) ability". */
const NUMBER = /^\d{1,2}[.):]?$/;

/**
 * The words in `text`, as people write them: in any case, on any number of lines, numbered or not. MNEMONIC_INVALID for a wrong number of words
 * or a wrong checksum, MNEMONIC_WORD_UNKNOWN for a word of no list; the words themselves are told of that one alone.
 */
export const parseMnemonic = async (text: string): Promise<string> => {
  const words = text
    .normalize('NFKD')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && !NUMBER.test(word));
  const { Mnemonic: Phrases, wordlists } = await import('ethers');
  const english = wordlists['en'];
  if (english === undefined) throw new TypeError('the English list of words is missing');
  const list = Array.from({ length: 2048 }, (_, index) => english.getWord(index));
  const known = new Set(list);
  const wrong = words.findIndex((word) => !known.has(word));
  const word = words[wrong];
  if (!LENGTHS.includes(words.length))
    throw new HoldfastError('MNEMONIC_INVALID', { problem: `it has ${words.length} words, and should have ${LENGTHS.join(', ')}` });
  if (word !== undefined)
    throw new HoldfastError('MNEMONIC_WORD_UNKNOWN', {
      position: wrong + 1,
      word: word.slice(0, 32),
      nearest: await nearestTo(word.slice(0, 32), list),
    });
  const phrase = words.join(' ');
  if (!Phrases.isValidMnemonic(phrase))
    throw new HoldfastError('MNEMONIC_INVALID', {
      problem: 'its checksum is wrong: a word is another one of the list, or two changed places',
    });
  return phrase;
};

/** A path with fixed last number `index`, such as "m/44'/60'/0'/0/3". TypeError for what is no path. */
export const parsePath = (text: string): string => {
  const parts = /^m(\/\d{1,10}'?){1,10}$/.test(text) ? text.split('/').slice(1) : [];
  if (parts.length === 0 || parts.some((part) => Number(part.replace("'", '')) >= 2 ** 31)) throw new TypeError('not a path');
  return text;
};

/** The path of key `index` of those that wallets for Ethereum number. */
export const pathOfIndex = (index: number): string => FIRST_PATH.replace(/0$/, String(index));

import { concatBytes, fromHex, uintBytes } from '../data/bytes.js';
import type { MarketIdentity } from './market-identity.js';
import { keccak256 } from '../data/keccak.js';
import type { Hash, Hex } from '../units.js';

/** A field of a struct as EIP-712 encodes it: a number, or 32 bytes (or less, right-aligned) as hex. */
export type Word = bigint | number | Hex;

const hashText = (text: string): Hash => keccak256(new TextEncoder().encode(text));
const DOMAIN_TYPE = hashText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const NAME = hashText('Holdfast');
const VERSION = hashText('1');

const structHash = (type: Hash, words: readonly Word[]): Hash =>
  keccak256(concatBytes(fromHex(type), ...words.map((word) => uintBytes(typeof word === 'string' ? BigInt(word) : word, 32))));

/** Hash of a dynamic field, which stands for it in its struct. */
export const textWord = hashText;

/** Type hash of an EIP-712 type such as `Revision(bytes32 deal,…)`. */
export const typeHash = hashText;

/** EIP-712 digest under the domain {name "Holdfast", version "1", chainId, verifyingContract: market}. */
export const typedDigest = ({ chainId, market }: Pick<MarketIdentity, 'chainId' | 'market'>, type: Hash, words: readonly Word[]): Hash =>
  keccak256(
    concatBytes(
      new Uint8Array([0x19, 0x01]),
      fromHex(structHash(DOMAIN_TYPE, [NAME, VERSION, chainId, market])),
      fromHex(structHash(type, words)),
    ),
  );

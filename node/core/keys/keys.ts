import { mapHashToField } from '@noble/curves/abstract/modular.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, fromHex, toHex, uintBytes } from '../data/bytes.js';
import type { MarketIdentity } from './market-identity.js';
import { signerOf } from './signing.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { keccak256 } from '../data/keccak.js';
import { signature, type Address, type Hash, type Signature } from '../units.js';

/** Everything secret of a renter comes from one signature of its wallet, so that the wallet alone gives it all back. */

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What the wallet signs (EIP-191 `personal_sign`). One wallet has one master key on each market. */
export const masterKeyMessage = ({ chainId, market }: Pick<MarketIdentity, 'chainId' | 'market'>): string =>
  [
    'Holdfast: unlock my storage.',
    '',
    'Signing this gives the one who asks the keys of everything you store. Sign it in Holdfast only.',
    '',
    `Chain: ${chainId}`,
    `Market: ${market}`,
    'Version: 1',
  ].join('\n');

/** EIP-191 digest of `message`: signing it equals the wallet's `personal_sign`. */
export const personalDigest = (message: string): Hash => {
  const bytes = text(message);
  return keccak256(concatBytes(text(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes));
};

/** r ‖ s of a signature, 64 bytes, with the lower of its two s: v and malleability make no difference. */
const lowPair = (signed: Signature): Uint8Array => {
  const { r, s } = parse(fromHex(signed).subarray(0, 64));
  const order = secp256k1.Point.Fn.ORDER;
  return concatBytes(uintBytes(r, 32), uintBytes(s > order / 2n ? order - s : s, 32));
};

/** The master key, 32 bytes, from the signature over {@link masterKeyMessage}; v and malleability of s make no difference. */
export const masterKeyFrom = (signed: Signature): Uint8Array => hkdf(sha256, lowPair(signed), text('holdfast/master/1'), undefined, 32);

/** Signs a message as a wallet does (EIP-191 `personal_sign`): a key in memory, or a wallet in a browser. */
export type MessageSigner = (message: string) => Promise<Signature>;

/** Whose master key is asked for, and on which market. */
export type MasterOwner = Pick<MarketIdentity, 'chainId' | 'market'> & { readonly account: Address };

/** SIGNATURE_FOREIGN unless `account` signed `message` with a key of its own: a contract that signs has none. */
const requireSigner = (message: string, signed: Signature, account: Address): void => {
  const pair = lowPair(signed);
  const signers = [27, 28].map((v) => signerOf(personalDigest(message), signature(toHex(concatBytes(pair, Uint8Array.of(v))))));
  if (!signers.includes(account)) throw new HoldfastError('SIGNATURE_FOREIGN', { account });
};

/**
 * The master key of a wallet, 32 bytes. The wallet is asked twice: one that signs otherwise the second time could never open again what is
 * stored under the first. SIGNATURE_VARIES, SIGNATURE_FOREIGN (another account, or no key at all), SIGNATURE_INVALID.
 */
export const deriveMaster = async (sign: MessageSigner, { account, ...market }: MasterOwner): Promise<Uint8Array> => {
  const message = masterKeyMessage(market);
  const first = await sign(message);
  requireSigner(message, first, account);
  const master = masterKeyFrom(first);
  if (!equalBytes(master, masterKeyFrom(await sign(message)))) throw new HoldfastError('SIGNATURE_VARIES', { account });
  return master;
};

/**
 * The check value of a master key, 16 hex digits: kept in the open, it tells that key from another. It is derived with a salt of its own, so
 * that nothing about the key follows from it.
 */
export const masterCheck = (master: Uint8Array): string => toHex(hkdf(sha256, master, text('holdfast/check/1'), undefined, 8)).slice(2);

const parse = (bytes: Uint8Array): { readonly r: bigint; readonly s: bigint } => {
  try {
    return secp256k1.Signature.fromBytes(bytes, 'compact');
  } catch (cause) {
    throw new HoldfastError('SIGNATURE_INVALID', { reason: 'r or s is out of range' }, { cause });
  }
};

/** Private key, 32 bytes, of the session key that signs revisions of the renter's deals. */
export const sessionKey = (master: Uint8Array): Uint8Array =>
  mapHashToField(hkdf(sha256, master, text('holdfast/session/1'), undefined, 48), secp256k1.Point.Fn.ORDER);

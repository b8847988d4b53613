import { mapHashToField } from '@noble/curves/abstract/modular.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, uintBytes } from '../data/bytes.js';
import type { MarketIdentity } from './market-identity.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { keccak256 } from '../data/keccak.js';
import type { Hash, Signature } from '../units.js';

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

/** The master key, 32 bytes, from the signature over {@link masterKeyMessage}; v and malleability of s make no difference. */
export const masterKeyFrom = (signature: Signature): Uint8Array => {
  const bytes = fromHex(signature).subarray(0, 64);
  const { r, s } = parse(bytes);
  const order = secp256k1.Point.Fn.ORDER;
  const low = s > order / 2n ? order - s : s;
  return hkdf(sha256, concatBytes(uintBytes(r, 32), uintBytes(low, 32)), text('holdfast/master/1'), undefined, 32);
};

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

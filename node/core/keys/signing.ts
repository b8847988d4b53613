import { secp256k1 } from '@noble/curves/secp256k1.js';
import { concatBytes, fromHex, toHex } from '../data/bytes.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { keccak256 } from '../data/keccak.js';
import { address, type Address, type Hash, type Hex, type Signature } from '../units.js';

/** Signs 32-byte digests with one key in memory. */
export interface KeySigner {
  readonly address: Address;
  sign(digest: Hash): Promise<Signature>;
}

const keyBytes = (privateKey: Uint8Array | Hex): Uint8Array => {
  const bytes = typeof privateKey === 'string' ? fromHex(privateKey) : privateKey;
  if (!secp256k1.utils.isValidSecretKey(bytes)) throw new RangeError('private key must be 32 bytes in 1…n−1 of secp256k1');
  return bytes;
};

/** Address of an uncompressed public key (65 bytes): the last 20 bytes of keccak(x ‖ y). */
const addressOfPublic = (publicKey: Uint8Array): Address => address(`0x${keccak256(publicKey.subarray(1)).slice(-40)}`);

/** Ethereum address of a private key, 32 bytes. */
export const addressOf = (privateKey: Uint8Array | Hex): Address => addressOfPublic(secp256k1.getPublicKey(keyBytes(privateKey), false));

/** A signer with `privateKey` (32 bytes). Signatures are deterministic (RFC 6979), low-s, r ‖ s ‖ v with v 27 or 28. */
export const createKeySigner = (privateKey: Uint8Array | Hex): KeySigner => {
  const key = keyBytes(privateKey).slice();
  return {
    address: addressOf(key),
    sign: async (digest) => {
      const recovered = secp256k1.sign(fromHex(digest), key, { prehash: false, format: 'recovered' });
      return toHex(concatBytes(recovered.subarray(1), Uint8Array.of(27 + (recovered[0] as number)))) as Signature;
    },
  };
};

/**
 * Who signed `digest`. Only what OpenZeppelin's ECDSA takes too: 65 bytes, low s, v 27 or 28; SIGNATURE_INVALID otherwise.
 */
export const recoverAddress = (digest: Hash, signature: Signature): Address => {
  const bytes = fromHex(signature);
  const v = bytes[64];
  if (bytes.length !== 65 || (v !== 27 && v !== 28))
    throw new HoldfastError('SIGNATURE_INVALID', { reason: 'it is not r ‖ s ‖ v with v 27 or 28' });
  try {
    const point = secp256k1.Signature.fromBytes(concatBytes(Uint8Array.of(v - 27), bytes.subarray(0, 64)), 'recovered');
    if (point.hasHighS()) throw new RangeError('its s is in the upper half of the order');
    return addressOfPublic(point.recoverPublicKey(fromHex(digest)).toBytes(false));
  } catch (cause) {
    throw new HoldfastError(
      'SIGNATURE_INVALID',
      { reason: cause instanceof RangeError ? cause.message : 'no public key fits it' },
      { cause },
    );
  }
};

/** Who signed `digest`, as {@link recoverAddress} has it; undefined if nobody can have. */
export const signerOf = (digest: Hash, signature: Signature): Address | undefined => {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return undefined;
  }
};

import { mapHashToField } from '@noble/curves/abstract/modular.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { VerifyKey } from './share-keys.js';

/** Private key, 32 bytes, of whoever holds a link: providers let it read, since the owner granted that to its address. */
export const readerKey = (verify: VerifyKey): Uint8Array =>
  mapHashToField(hkdf(sha256, verify, new TextEncoder().encode('holdfast/share-reader/1'), undefined, 48), secp256k1.Point.Fn.ORDER);

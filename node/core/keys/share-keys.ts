import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toHex } from '../data/bytes.js';
import type { ShardKey } from '../data/cipher.js';
import type { Branded } from '../units.js';

/*
 * From the master key follows the key of a share, which reads what is shared; from that its verify key, which shows where it lies and opens none of it;
 * from that what providers see. Never back: each step is an HKDF with a salt of its own.
 */

/** Opens all that one share has, and nothing else: 32 bytes. */
export type ShareKey = Branded<Uint8Array, 'share-key'>;
/** Shows where a share's sectors lie, and opens nothing: 32 bytes. */
export type VerifyKey = Branded<Uint8Array, 'verify-key'>;

/** The two keys of a link, as far as it has them. */
export interface LinkKeys {
  /** Undefined of a link that only verifies. */
  readonly share?: ShareKey | undefined;
  readonly verify: VerifyKey;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const id16 = (title: string, id: string): Uint8Array => {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new TypeError(`${title} must be 32 hex digits, not "${id.slice(0, 80)}"`);
  return fromHex(`0x${id}`);
};
const keyAndNonce = (key: Uint8Array, salt: string, manifest: string): ShardKey => {
  const bytes = hkdf(sha256, key, text(salt), id16('manifest', manifest), 48);
  return { key: bytes.slice(0, 32), nonce: bytes.slice(32) };
};

/** HKDF-SHA-256(master, id of the share, 16 bytes as 32 hex digits), 32 bytes. TypeError for another id. */
export const shareKey = (master: Uint8Array, share: string): ShareKey =>
  hkdf(sha256, master, text('holdfast/share-key/1'), id16('share', share), 32) as ShareKey;

/** HKDF-SHA-256(key of the share), 32 bytes. */
export const verifyKey = (share: ShareKey): VerifyKey => hkdf(sha256, share, text('holdfast/share-verify/1'), undefined, 32) as VerifyKey;

/** By what a share's manifest is found in the deals: HKDF-SHA-256(verify key), 16 bytes as 32 hex digits. */
export const shareTag = (verify: VerifyKey): string => toHex(hkdf(sha256, verify, text('holdfast/share-tag/1'), undefined, 16)).slice(2);

/** Key and nonce of the part of a manifest that says where the sectors lie: HKDF-SHA-256(verify key, id of the manifest), 48 bytes. */
export const placesKey = (verify: VerifyKey, manifest: string): ShardKey => keyAndNonce(verify, 'holdfast/share-places-key/1', manifest);

/** Key and nonce of the part that has names and keys: HKDF-SHA-256(key of the share, id of the manifest), 48 bytes. */
export const contentsKey = (share: ShareKey, manifest: string): ShardKey => keyAndNonce(share, 'holdfast/share-contents-key/1', manifest);

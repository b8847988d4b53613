import { createCtr } from '#aes-ctr';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, uintBytes, uintOf } from './bytes.js';
import type { DealId } from '../units.js';

/** AES-256-CTR key (32 bytes) and nonce (the 16-byte initial counter block). */
export interface ShardKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** One placement of one shard: no two share a key, a repaired or moved shard neither. */
export interface ShardPlace {
  /** Object id, 16 bytes as 32 hex digits. */
  readonly object: string;
  readonly slab: number;
  readonly shard: number;
  readonly deal: DealId;
  readonly attempt: number;
}

const SALT = new TextEncoder().encode('holdfast/shard/1');
const BLOCK = 16;

/** Key and nonce of a placement: HKDF-SHA-256(master, object ‖ uint32 slab ‖ uint32 shard ‖ deal ‖ uint32 attempt), 48 bytes. */
export const shardKey = (master: Uint8Array, { object, slab, shard, deal, attempt }: ShardPlace): ShardKey => {
  if (!/^[0-9a-f]{32}$/.test(object)) throw new TypeError(`object must be 32 hex digits, not "${object.slice(0, 80)}"`);
  const info = concatBytes(fromHex(`0x${object}`), uintBytes(slab, 4), uintBytes(shard, 4), fromHex(deal), uintBytes(attempt, 4));
  const bytes = hkdf(sha256, master, SALT, info, 48);
  return { key: bytes.slice(0, 32), nonce: bytes.slice(32) };
};

/**
 * Encrypts or decrypts `bytes` in place (the same operation) with AES-256-CTR, as lying `offset` bytes (a multiple of 16) into the shard.
 * RangeError for another offset.
 */
export type ShardCipher = (bytes: Uint8Array, offset?: number) => Promise<void>;

/** The cipher of one shard; it takes its key in once. */
export const createShardCipher = ({ key, nonce }: ShardKey): ShardCipher => {
  const apply = createCtr(key);
  const start = uintOf(nonce);
  return async (bytes, offset = 0) => {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset % BLOCK !== 0)
      throw new RangeError(`offset must be a multiple of ${BLOCK}, not ${offset}`);
    await apply(bytes, uintBytes(BigInt.asUintN(128, start + BigInt(offset / BLOCK)), BLOCK));
  };
};

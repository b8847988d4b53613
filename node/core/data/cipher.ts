import { createCtr } from '#aes-ctr';
import { expand, extract, hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, fromHex, uintBytes, uintOf } from './bytes.js';
import type { Branded, DealId } from '../units.js';

/** AES-256-CTR key (32 bytes) and nonce (the 16-byte initial counter block). */
export interface ShardKey {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

/** Opens one object, and no other: 32 bytes. */
export type ObjectKey = Branded<Uint8Array, 'object-key'>;
/** Opens one slab of one object: 32 bytes. */
export type SlabKey = Branded<Uint8Array, 'slab-key'>;

/** One placement of one shard of a slab: no two share a key, a repaired or moved shard neither. */
export interface ShardPlace {
  readonly shard: number;
  readonly deal: DealId;
  readonly attempt: number;
}

const BLOCK = 16;
const KEY_BYTES = 32;

/** Each level of the tree of keys has a salt of its own, with the version of what is derived there. */
const saltOf = (level: string): Uint8Array => new TextEncoder().encode(`holdfast/${level}-key/1`);
const SALTS = {
  object: saltOf('object'),
  slab: saltOf('slab'),
  shard: saltOf('shard'),
  page: saltOf('page'),
  pageHead: saltOf('page-head'),
} as const;

/** 16 bytes from 32 hex digits. TypeError for anything else. */
const idBytes = (title: string, id: string): Uint8Array => {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new TypeError(`${title} must be 32 hex digits, not "${id.slice(0, 80)}"`);
  return fromHex(`0x${id}`);
};

const keyAndNonce = (bytes: Uint8Array): ShardKey => ({ key: bytes.slice(0, KEY_BYTES), nonce: bytes.slice(KEY_BYTES) });

/** HKDF-SHA-256(master, id of the object, 16 bytes as 32 hex digits), 32 bytes. TypeError for another id. */
export const objectKey = (master: Uint8Array, id: string): ObjectKey =>
  hkdf(sha256, master, SALTS.object, idBytes('object', id), KEY_BYTES) as ObjectKey;

/** The key of a page of the catalogue, which is coded as one slab: HKDF-SHA-256(master, id of the page, 16 bytes as 32 hex digits), 32 bytes. */
export const pageKey = (master: Uint8Array, page: string): SlabKey =>
  hkdf(sha256, master, SALTS.page, idBytes('page', page), KEY_BYTES) as SlabKey;

/** Key and nonce of the head of a page's shard in a deal: HKDF-SHA-256(master, id of the page ‖ deal), 48 bytes. A page has one shard in a deal. */
export const pageHeadKey = (master: Uint8Array, page: string, deal: DealId): ShardKey =>
  keyAndNonce(hkdf(sha256, master, SALTS.pageHead, concatBytes(idBytes('page', page), fromHex(deal)), KEY_BYTES + BLOCK));

/** HKDF-SHA-256(key of the object, uint32 slab), 32 bytes. */
export const slabKey = (object: ObjectKey, slab: number): SlabKey =>
  hkdf(sha256, object, SALTS.slab, uintBytes(slab, 4), KEY_BYTES) as SlabKey;

/**
 * Keys and nonces of a slab's placements: HKDF-SHA-256(key of the slab, uint32 shard ‖ deal ‖ uint32 attempt), 48 bytes. What they have in common is
 * derived once: of a small file's n shards it is more than half.
 */
export const shardKeys = (slab: SlabKey): ((place: ShardPlace) => ShardKey) => {
  const common = extract(sha256, slab, SALTS.shard);
  return ({ shard, deal, attempt }) => {
    const info = concatBytes(uintBytes(shard, 4), fromHex(deal), uintBytes(attempt, 4));
    return keyAndNonce(expand(sha256, common, info, KEY_BYTES + BLOCK));
  };
};

/** Key and nonce of one placement, of {@link shardKeys}. */
export const shardKey = (slab: SlabKey, place: ShardPlace): ShardKey => shardKeys(slab)(place);

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

import type { ShardKey } from '../core/data/cipher.js';
import type { DecodedSlab, EncodedSlab, KeyedShard } from '../core/data/slab.js';
import type { Address, Hash, Signature } from '../core/units.js';

/** Signs 32-byte digests with one key. */
export interface Signer {
  readonly address: Address;
  sign(digest: Hash): Promise<Signature>;
}

/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Name of a line: what it is about, then what became of it (`proof-sent`) or how it stands (`proof-late`), in lower case with
 * hyphens. One happening has one name, at whatever level.
 */
export type EventName = Lowercase<`${string}-${string}`>;

/** Structured log lines. `alarm` is for what costs money unless somebody acts. */
export interface Log {
  debug(event: EventName, facts?: Readonly<Record<string, unknown>>): void;
  info(event: EventName, facts?: Readonly<Record<string, unknown>>): void;
  warn(event: EventName, facts?: Readonly<Record<string, unknown>>): void;
  alarm(event: EventName, facts?: Readonly<Record<string, unknown>>): void;
}

/** Bytes to read, by position. */
export interface ByteSource {
  readonly length: number;
  /** Exactly `length` bytes from `offset`, or rejects. */
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Bytes to write, in order. Nothing is visible under the final name before `finish` resolves. */
export interface ByteSink {
  /** The bytes are used again for others once it has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/**
 * Heavy computing on flat buffers; in workers where there are some, the same core functions in either case. What it makes lies in room that it
 * uses again: whoever gets it disposes of it, and must, or the next slab waits.
 */
export interface SlabCoder {
  /**
   * Codes `plaintext` k of n, encrypts shard i under `keys[i]`, builds each sector's tree.
   * Returns n sectors of equal length, a multiple of 32 bytes. Waits for room; rejects with the signal's reason.
   */
  encode(plaintext: Uint8Array, k: number, n: number, keys: readonly ShardKey[], signal?: AbortSignal): Promise<EncodedSlab>;
  /** Decrypts the given k shards (by index) and rebuilds `length` bytes of plaintext. */
  decode(shards: readonly KeyedShard[], k: number, n: number, length: number): Promise<DecodedSlab>;
  close(): Promise<void>;
}

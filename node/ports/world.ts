import type { ShardPlace } from '../core/data/cipher.js';
import type { SlabCoding, SlabDecoding } from '../core/data/slab-coder.js';
import type { DecodedSlab, EncodedSlab, PlacedShard, ShardRoom } from '../core/data/slab.js';
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

/** Bytes to read, by position, mostly in order: of what was read only the newest may be asked for again. */
export interface ByteSource {
  /** Bytes in all; undefined where only the end tells. */
  readonly length: number | undefined;
  /** Bytes that it can have read and not forgotten; without, any number. At least one slab, or nothing can be stored. */
  readonly keeps?: number | undefined;
  /** `length` bytes from `offset`; fewer only at the end, none behind it. They may lie in `into`, which has that length, or elsewhere. */
  read(offset: number, length: number, signal?: AbortSignal, into?: Uint8Array): Promise<Uint8Array>;
  /** Nothing before `offset` is asked for again. */
  forget?(offset: number): void;
  /** What the source is at present, in any words: the same as long as nobody changes it, also for another process. Streams have none. */
  origin?(): Promise<string>;
  close?(): Promise<void>;
}

/** What an earlier run left of the same bytes: to be looked at before it is counted on. */
export interface EarlierBytes {
  readonly length: number;
  /** `length` bytes from `offset`; fewer only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
  /** Counts the first `length` bytes as written: what is written next follows them. */
  keep(length: number): void;
}

/** Bytes to write, in order. Nothing is visible under the final name before `finish` resolves. */
export interface ByteSink {
  readonly earlier?: EarlierBytes;
  /** The bytes are used again for others once it has resolved. */
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
  /** Ends it for now: what was written is kept for a later run, where there can be one; without, as `abandon`. */
  suspend?(): Promise<void>;
}

/**
 * Heavy computing on flat buffers; in workers where there are some, the same core functions in either case. What it makes lies in room that it
 * uses again: whoever gets it disposes of it, and must, or the next slab waits.
 */
export interface SlabCoder {
  /** Room for `length` bytes of plaintext, which are coded where they lie. Waits for it; rejects with the signal's reason. */
  plaintextRoom(length: number, shape: Pick<SlabCoding, 'k' | 'n'>, signal?: AbortSignal): Promise<DecodedSlab>;
  /** Room for the k shards of a slab of `length` bytes, which are decoded where they lie. Waits for nobody. */
  shardRoom(shape: Pick<SlabDecoding, 'k' | 'length'>): ShardRoom;
  /**
   * Codes `plaintext` k of n, encrypts the shards that have a place, each part under its own key, builds each sector's tree.
   * Returns sectors of equal length, a multiple of 32 bytes. Plaintext that lies in its room is overwritten; any other is copied.
   */
  encode(plaintext: Uint8Array, coding: SlabCoding, places: readonly ShardPlace[]): Promise<EncodedSlab>;
  /** Decrypts the given shards, k or those that are wanted, and rebuilds `length` bytes of plaintext. */
  decode(shards: readonly PlacedShard[], coding: SlabDecoding): Promise<DecodedSlab>;
  close(): Promise<void>;
}

import { shardKey, slabKey, type ShardKey } from '../../core/data/cipher.js';
import { LEAF_BYTES, leaves } from '../../core/units.js';
import type { SectorSource } from '../../ports/link.js';
import type { DecodedSlab, EncodedShard, EncodedSlab } from '../../core/data/slab.js';
import type { Column } from './columns.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { inFlight } from '../../core/tasks/in-flight.js';

/** What is uploaded where. */
export interface Upload {
  /** Object id, part of every key. */
  readonly object: string;
  readonly k: number;
  readonly n: number;
  /** Plaintext bytes of each slab that is uploaded, by its index. */
  readonly lengths: ReadonlyMap<number, number>;
  readonly plaintext: (slab: number, signal: AbortSignal) => Promise<DecodedSlab>;
  /** Called when a slab has been sent to every column that still works. */
  readonly onSlab: (slab: number) => Promise<void>;
}

/** A shard as it is sent. */
export const sourceOf = ({ root, bytes }: EncodedShard): SectorSource => ({
  sector: { root, leaves: leaves(bytes.length / LEAF_BYTES) },
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Keys for all n shards; those of columns that are not sent stay unused. */
const keysFor = (context: RenterContext, { object, n }: Upload, slab: number, columns: readonly Column[]): ShardKey[] => {
  const key = slabKey(context.objectKey(object), slab);
  return Array.from({ length: n }, (_, shard) => {
    const column = columns.find((candidate) => candidate.shard === shard);
    return column ? shardKey(key, column) : { key: new Uint8Array(32), nonce: new Uint8Array(16) };
  });
};

const sendShard = async (context: RenterContext, column: Column, slab: number, shard: EncodedShard, signal: AbortSignal): Promise<void> => {
  const source = sourceOf(shard);
  const link = await context.links.to(column.provider, signal);
  await link.writeSector(await context.links.authorize(column.deal, signal), source, signal);
  context.metrics.add('holdfast_uploaded_bytes_total', shard.bytes.length);
  column.placed.set(slab, source.sector);
};

/** The plaintext is given back as soon as the shards are made of it. */
const encodeSlab = async (
  context: RenterContext,
  upload: Upload,
  slab: number,
  columns: readonly Column[],
  signal: AbortSignal,
): Promise<EncodedSlab> => {
  using plaintext = await upload.plaintext(slab, signal);
  return await context.coder.encode(plaintext.bytes, upload.k, upload.n, keysFor(context, upload, slab, columns), signal);
};

const uploadSlab = async (
  context: RenterContext,
  upload: Upload,
  slab: number,
  columns: readonly Column[],
  failures: FailureList,
  signal: AbortSignal,
): Promise<void> => {
  const open = columns.filter(({ provider, placed }) => !placed.has(slab) && !failures.has(provider));
  if (open.length > 0) {
    using encoded = await encodeSlab(context, upload, slab, open, signal);
    const tasks = open.map(async (column) => {
      const shard = encoded.shards[column.shard];
      if (!shard) throw new RangeError(`the coder made no shard ${column.shard}`);
      try {
        await sendShard(context, column, slab, shard, signal);
      } catch (error) {
        signal.throwIfAborted();
        context.links.drop(column.provider);
        failures.add(column.provider, error);
      }
    });
    // The shards' room may be used for others only when nothing reads it any more.
    await Promise.allSettled(tasks);
    await Promise.all(tasks);
  }
  await upload.onSlab(slab);
};

/**
 * Codes, encrypts and sends every slab to those of the columns that do not have it, a bounded number at once, all columns side by
 * side. A column whose provider fails is left behind, and the failure recorded; the others go on.
 */
export const uploadColumns = (
  context: RenterContext,
  upload: Upload,
  columns: readonly Column[],
  failures: FailureList,
  signal?: AbortSignal,
): Promise<void> =>
  inFlight(upload.lengths.keys(), context.limits.slabsInFlight, signal, (slab, either) =>
    uploadSlab(context, upload, slab, columns, failures, either),
  );

import type { EncodedShard, EncodedSlab } from '../../core/data/slab.js';
import { inOrder } from '../../core/tasks/in-order.js';
import { LEAF_BYTES, leaves } from '../../core/units.js';
import type { ShardPlacement } from '../../ports/catalogue.js';
import type { SectorSource } from '../../ports/link.js';
import type { CodedOwner } from '../coded-owner.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import { shardIn, type Column } from './columns.js';
import type { PlacedSlab, SlabInHand } from './slabs.js';

/** A shard as it is sent. */
export const sourceOf = ({ root, bytes }: EncodedShard): SectorSource => ({
  sector: { root, leaves: leaves(bytes.length / LEAF_BYTES) },
  read: async (offset, length) => bytes.subarray(offset, offset + length),
});

/** Codes a slab and encrypts its shards, each for its column. The plaintext is given back as soon as that is done. */
const codeSlab = async (
  context: RenterContext,
  coded: CodedOwner,
  { slab, plaintext: held }: SlabInHand,
  columns: readonly Column[],
): Promise<EncodedSlab> => {
  using plaintext = held;
  const { k, n } = coded;
  const places = columns.map(({ shard, deal, attempt }) => ({ shard, deal, attempt }));
  return await context.coder.encode(plaintext.bytes, { k, n, parts: await coded.partsOf(slab) }, places);
};

const sendShard = async (context: RenterContext, column: Column, shard: EncodedShard, signal: AbortSignal): Promise<ShardPlacement> => {
  const source = sourceOf(shard);
  const link = await context.links.to(column.provider, signal);
  await link.writeSector(await context.links.authorize(column.deal, signal), source, signal);
  context.metrics.add('holdfast_uploaded_bytes_total', shard.bytes.length);
  const { deal, attempt } = column;
  return { shard: column.shard, deal, attempt, sector: source.sector };
};

/** Sends the shards that are not there yet, all side by side. Who fails is recorded, and has no shard of the slab. */
const sendSlab = async (
  context: RenterContext,
  coded: CodedOwner,
  columns: readonly Column[],
  inHand: SlabInHand,
  failures: FailureList,
  signal: AbortSignal,
): Promise<PlacedSlab> => {
  const { slab, has } = inHand;
  const here = columns.flatMap((column) => shardIn(column, has) ?? []);
  const open = columns.filter((column) => !shardIn(column, here) && !failures.has(column.provider) && !failures.fullDeals.has(column.deal));
  if (open.length === 0) {
    inHand.plaintext[Symbol.dispose]();
    return { slab, shards: here };
  }
  using encoded = await codeSlab(context, coded, inHand, open);
  const tasks = open.map(async (column): Promise<ShardPlacement | undefined> => {
    const shard = encoded.shards.get(column.shard);
    if (!shard) throw new RangeError(`the coder made no shard ${column.shard}`);
    try {
      return await sendShard(context, column, shard, signal);
    } catch (error) {
      signal.throwIfAborted();
      context.links.drop(column.provider);
      failures.addOf(column, error);
      return undefined;
    }
  });
  // The shards' room may be used for others only when nothing reads it any more.
  await Promise.allSettled(tasks);
  const sent = (await Promise.all(tasks)).filter((one) => one !== undefined);
  return { slab, shards: [...here, ...sent].sort((a, b) => a.shard - b.shard) };
};

/**
 * Codes, encrypts and sends every slab to those of the columns that do not have it, a bounded number at once, and hands on, in order, what is
 * durable then. A column whose provider fails lacks slabs from there on; the others go on.
 */
export async function* sendSlabs(
  context: RenterContext,
  coded: CodedOwner,
  columns: readonly Column[],
  slabs: AsyncIterable<SlabInHand>,
  failures: FailureList,
  signal?: AbortSignal,
): AsyncGenerator<PlacedSlab> {
  const send = (slab: SlabInHand, either: AbortSignal) => sendSlab(context, coded, columns, slab, failures, either);
  for await (const [, placed] of inOrder(slabs, context.limits.slabsInFlight, send, signal)) yield placed;
}

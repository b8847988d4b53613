import { shardLeaves } from '../../core/data/slab.js';
import { drain } from '../../core/tasks/drain.js';
import { inOrder } from '../../core/tasks/in-order.js';
import { leaves, period, type Address, type DealId, type Leaves } from '../../core/units.js';
import type { Crate, SlabRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import type { Purse } from '../download/purse.js';
import { fetchSlab, sourcesOf, type Sources } from '../download/fetch-slab.js';
import type { FailureList } from '../failure-list.js';
import { leavesPerProvider, pageRoom } from '../homes/quote.js';
import { createAgreement } from '../upload/agreement.js';
import { shardIn, type Column } from '../upload/columns.js';
import { whileInHand } from '../upload/in-hand.js';
import { storeStep, withShards, type Placing } from '../upload/place-step.js';
import type { PlacedSlab, Slab, SlabInHand } from '../upload/slabs.js';
import type { LostShard } from './decide-repair.js';
import type { SlabRun } from './plan-repair.js';
import type { RepairOptions } from './repair-options.js';

/** What the moves of one repair share. */
export interface Moving {
  readonly options: RepairOptions;
  readonly purse: Purse;
  readonly failures: FailureList;
}

/** Whoever holds a shard that stays gets no second one, and whoever lost one no other; a deal that ends may be followed by another. */
const holdersOf = async (
  { catalogue }: RenterContext,
  [slab]: readonly SlabRecord[],
  lost: readonly LostShard[],
): Promise<ReadonlySet<Address>> => {
  const ending = new Set(lost.filter(({ readable }) => readable).map(({ shard }) => shard));
  const holders = new Set<Address>();
  for (const { shard, deal } of slab?.shards ?? []) {
    const record = ending.has(shard) ? undefined : await catalogue.deal(deal);
    if (record) holders.add(record.provider);
  }
  return holders;
};

/** A slab's record once its lost shards lie in the columns. */
const movedSlab = (slab: SlabRecord, columns: readonly Column[], { shards }: PlacedSlab): SlabRecord => ({
  ...slab,
  shards: slab.shards.map((old) => {
    const column = columns.find(({ shard }) => shard === old.shard);
    return (column && shardIn(column, shards)) ?? old;
  }),
});

/** The slabs of a run as parts of what they are of; where in it they lie is not asked for here. */
const partsOf = ({ slabs }: SlabRun): Slab[] => {
  const parts: Slab[] = [];
  let offset = 0;
  for (const [index, { length, sha256 }] of slabs) {
    parts.push({ index, offset, length, sha256 });
    offset += length;
  }
  return parts;
};

/** Slabs from what is left of them, a bounded number fetched ahead. */
async function* fetched(
  context: RenterContext,
  sources: Sources,
  { slabs }: SlabRun,
  wanted: Iterable<Slab>,
  failures: FailureList,
  signal: AbortSignal | undefined,
): AsyncGenerator<Omit<SlabInHand, 'has'>> {
  const untaken = new Set<SlabInHand['plaintext']>();
  const fetch = async ({ index }: Slab, either: AbortSignal) => {
    const plaintext = await fetchSlab(context, sources, [index, slabs.get(index) as SlabRecord], failures, either);
    untaken.add(plaintext);
    return plaintext;
  };
  try {
    for await (const [slab, plaintext] of inOrder(wanted, context.limits.slabsInFlight, fetch, signal)) {
      untaken.delete(plaintext);
      yield { slab, plaintext };
    }
  } finally {
    for (const plaintext of untaken) plaintext[Symbol.dispose]();
  }
}

const leavesOf = (slabs: readonly SlabRecord[], k: number): Leaves =>
  leaves(slabs.reduce((sum, { length }) => sum + shardLeaves(length, k), 0));

/**
 * Makes the lost shards of a run of slabs anew and places them, with room in new deals for `later` leaves more; resolves once the chain holds
 * them and the catalogue says so.
 */
export const moveSlabs = async (
  context: RenterContext,
  owner: StoredObject | Crate,
  run: SlabRun,
  later: number,
  { options, purse, failures }: Moving,
): Promise<readonly Column[]> => {
  const { k, n } = owner;
  const { slabs, lost } = run;
  const records = [...slabs.values()];
  const { signal, report } = options;
  const now = await currentPeriod(context.settlement.agreed, signal);
  const without = new Set(lost.filter(({ readable }) => !readable).map(({ deal }): DealId => deal));
  const sources = await sourcesOf(context, owner, records, { purse, without, signal });
  const own = leavesOf(records, k);
  const room = options.room === undefined ? later : leavesPerProvider(options.room, k);
  const total = records.reduce((sum, { length }) => sum + length, 0);
  const placing: Placing = {
    coded: sources.coded,
    known: new Map(),
    again: (wanted) => fetched(context, sources, run, wanted, failures, signal),
    terms: {
      shards: new Map(lost.map(({ shard, attempt }) => [shard, attempt])),
      excluded: await holdersOf(context, records, lost),
      maxEnd: period(now + options.periods + 1),
      until: period(now + Math.max(2, options.margin ?? 2) + 1),
      maxPrice: options.maxPrice,
      maxEgressPrice: options.maxEgressPrice,
      reads: options.reads,
      agreement: createAgreement(options),
      answers: { failures, declined: new Map() },
    },
  };
  const { pageLeaves } = context.limits;
  const plan = { bytes: total, k, n, leaves: own, maxLeaves: leaves(own + room + pageLeaves), pages: pageRoom(pageLeaves) };
  const first = { plan, columns: [], slabs: withShards(placing.again(partsOf(run)), new Map()), replaces: false };
  const storing = storeStep(context, placing, first, { ...(signal && { signal }), ...(report && { report }) });
  let bytes = 0;
  return whileInHand(context, async ({ take }) => {
    take(owner.id);
    const stored = await drain(storing, async ({ slab, shards }) => {
      // Whoever is interrupted from here on leaves nothing in a deal that nobody takes out again.
      await context.catalogue.putFreed(shards);
      if (shards.length === lost.length) bytes = Math.max(bytes, slab.offset + slab.length);
      report?.({ kind: 'uploaded', bytes, total });
    });
    const columns = stored.columns.map(({ column }) => column);
    const moved = [...stored.placed].map(([index, placed]) => [index, movedSlab(slabs.get(index) as SlabRecord, columns, placed)] as const);
    await context.catalogue.moveSlabs(owner.id, new Map(moved));
    return columns;
  });
};

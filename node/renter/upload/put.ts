import { createSha256, sha256 } from '#sha256';
import { equalBytes, toHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { planSlabs } from '../../core/data/slab.js';
import { hash, period, type DealId, type Hash, type Period, type Wei } from '../../core/units.js';
import type { HalfDoneObject, StoredObject } from '../../ports/catalogue.js';
import type { ByteSource } from '../../ports/world.js';
import { columnsOf, slabRecords, type Column } from './columns.js';
import { currentPeriod } from '../current-period.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { chainDeals, readDeals, type KnownDeal } from '../deals/deal-book.js';
import { expireChallenges } from '../deals/challenges.js';
import { isProving } from '../homes/choose-providers.js';
import { createFailureList } from '../failure-list.js';
import { adoptOpenings } from '../deals/open-deals.js';
import { placeColumns } from './place-columns.js';
import { planSpace, type Quote } from '../homes/quote.js';
import { reconcileDeals } from '../deals/reconcile.js';
import type { ProviderFailure } from '../events.js';

export interface PutOptions extends TaskOptions {
  readonly name: string;
  readonly source: ByteSource;
  /** Data shards. Default 4. */
  readonly k?: number;
  /** All shards, each at a provider of its own. Default 6. */
  readonly n?: number;
  /** Bytes of later files that new deals have room for. Default: as much as this file. */
  readonly room?: number;
  /** Periods that new deals are paid for. */
  readonly periods: number;
  /** Periods that a deal which is there must still last to be used. Default: half of `periods`. */
  readonly minPeriods?: number;
  /** Most token wei per GiB and 30 days that any provider may ask. */
  readonly maxPrice?: Wei;
  /** Most token wei per GiB read that any provider may ask. */
  readonly maxEgressPrice?: Wei;
  /** How often new deals can pay for a read of all their room, at no price for egress nothing. Default 1. */
  readonly reads?: number;
  /** Hears the quote and says whether to go on, before anything is paid. */
  readonly confirm?: (quote: Quote) => Promise<boolean>;
}

export interface PutResult {
  readonly object: StoredObject;
  /** Undefined for an empty file, which needs no provider. */
  readonly quote?: Quote;
  readonly failures: readonly ProviderFailure[];
}

/** A deal must outlast the period it is opened in, the next, and one more for a late commit. */
const MIN_PERIODS = 3;

interface Digests {
  readonly whole: Hash;
  /** SHA-256 of each slab. */
  readonly slabs: readonly Uint8Array[];
}

const startOf = (lengths: readonly number[], slab: number): number => lengths.slice(0, slab).reduce((sum, length) => sum + length, 0);

const readSlab = (source: ByteSource, lengths: readonly number[], slab: number, signal?: AbortSignal): Promise<Uint8Array> =>
  source.read(startOf(lengths, slab), lengths[slab] ?? 0, signal);

const digestSource = async ({ source, signal, report }: PutOptions, lengths: readonly number[]): Promise<Digests> => {
  const whole = createSha256();
  const slabs: Uint8Array[] = [];
  let done = 0;
  for (const slab of lengths.keys()) {
    const bytes = await readSlab(source, lengths, slab, signal);
    whole.update(bytes);
    slabs.push(await sha256(bytes));
    done += bytes.length;
    report?.({ kind: 'hashed', bytes: done, total: source.length });
  }
  return { whole: hash(toHex(whole.digest())), slabs };
};

const freshId = (): string => toHex(crypto.getRandomValues(new Uint8Array(16))).slice(2);

const halfDone = async ({ catalogue }: RenterContext, fresh: StoredObject): Promise<HalfDoneObject | undefined> => {
  for await (const object of catalogue.withContent(fresh.sha256)) {
    const same = object.name === fresh.name && object.k === fresh.k && object.n === fresh.n;
    if (same && object.state === 'placing') return object;
  }
  return undefined;
};

/** Columns of a half-placed object whose deals still live. */
const intendedColumns = async (
  { catalogue }: RenterContext,
  id: string,
  known: readonly KnownDeal[],
  until: Period,
): Promise<Omit<Column, 'placed'>[]> => {
  const live = new Map<DealId, KnownDeal>(known.map((entry) => [entry.deal.id, entry]));
  return [...(await columnsOf(catalogue.slabs(id)))].flatMap(([shard, { deal, attempt }]) => {
    const entry = live.get(deal);
    const fits = entry && entry.deal.status !== 'closed' && !entry.deal.defaulted && entry.deal.end >= until && isProving(entry.sheet);
    return fits ? [{ shard, deal, attempt, provider: entry.deal.provider }] : [];
  });
};

/**
 * Stores a file: k of n coded, each shard encrypted under a key of its own, at n distinct providers. It counts as stored, and
 * this resolves, once the chain holds a revision of every deal. A half-done put of the same name and content is continued.
 */
export const putObject = async (context: RenterContext, options: PutOptions): Promise<PutResult> => {
  const { source, name, k = 4, n = 6, room, periods, minPeriods = Math.floor(periods / 2), signal, report } = options;
  const plan = planSpace({ bytes: source.length, k, n, room });
  if (periods < MIN_PERIODS) throw new HoldfastError('PERIODS_TOO_FEW', { periods, min: MIN_PERIODS });
  const lengths = planSlabs(source.length, k);
  const digests = await digestSource(options, lengths);
  const failures = createFailureList(context, report);
  const { catalogue, clock } = context;
  const shape = { name, bytes: source.length, sha256: digests.whole, k, n };
  const fresh: StoredObject = { id: freshId(), ...shape, storedAt: clock.now(), state: 'stored', slabs: lengths.length };
  if (source.length === 0) {
    await catalogue.putObject(fresh);
    return { object: fresh, failures: [] };
  }
  const slabFacts = lengths.map((length, slab) => ({ length, sha256: hash(toHex(digests.slabs[slab] as Uint8Array)) }));
  const recordSlabs = async (object: StoredObject | HalfDoneObject, columns: readonly Column[]): Promise<void> => {
    const slabs = slabRecords(slabFacts, columns);
    const rest = slabFacts.map((_, slab) => [slab, slabs[slab]] as const);
    await catalogue.putObject({ ...object, slabs: slabs.length }, new Map(rest));
  };

  const now = await currentPeriod(context.settlement.agreed, signal);
  await adoptOpenings(context, now, signal);
  const known = await readDeals(context, signal);
  await expireChallenges(context, chainDeals(known).values(), failures, signal);
  await reconcileDeals(context, chainDeals(known), failures, signal);
  const record: HalfDoneObject = (await halfDone(context, fresh)) ?? { ...fresh, state: 'placing' };
  const until = period(now + Math.max(minPeriods, 2));
  const sent = new Set<number>();

  const { columns, quote } = await placeColumns(
    context,
    {
      plan,
      shards: new Map(Array.from({ length: n }, (_, shard) => [shard, 0])),
      intended: await intendedColumns(context, record.id, known, until),
      excluded: new Set(),
      maxEnd: period(now + periods + 1),
      until,
      maxPrice: options.maxPrice,
      maxEgressPrice: options.maxEgressPrice,
      reads: options.reads,
      confirm: options.confirm,
    },
    {
      object: record.id,
      k,
      n,
      lengths: new Map(lengths.entries()),
      plaintext: async (slab, either) => {
        const bytes = await readSlab(source, lengths, slab, either);
        const expected = digests.slabs[slab];
        if (expected && equalBytes(await sha256(bytes), expected)) return { bytes, [Symbol.dispose]: () => undefined };
        await catalogue.deleteObject(record.id);
        throw new HoldfastError('SOURCE_CHANGED', { name });
      },
      onSlab: async (placed) => {
        await recordSlabs(record, placed);
        lengths.forEach((_, slab) => placed.every((column) => column.placed.has(slab)) && sent.add(slab));
        report?.({ kind: 'uploaded', bytes: [...sent].reduce((sum, slab) => sum + (lengths[slab] ?? 0), 0), total: source.length });
      },
    },
    failures,
    { ...(signal && { signal }), ...(report && { report }) },
  );
  const object: StoredObject = { ...fresh, id: record.id, storedAt: clock.now() };
  await recordSlabs(object, columns);
  return { object, quote, failures: failures.all };
};

import type { SectorRef } from '../../core/data/data-set.js';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { asError } from '../../core/errors/coded.js';
import type { Deal } from '../../core/market/deal.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import type { Address, DealId, Hash, Period } from '../../core/units.js';
import { readSpan, type ReadSource, type ReadSpan } from '../download/read-sector.js';
import type { RenterLimits } from '../limits.js';
import { isKept } from '../repair/lost-claims.js';
import { failedProbe } from '../repair/probe.js';
import type { Finding } from './finding.js';

/** A sector, or the parts of one, that a deal's provider should hold. */
export interface HeldPlace {
  readonly deal: DealId;
  readonly sector: SectorRef;
  /** Leaves of it that are asked about; at least one. */
  readonly spans: readonly ReadSpan[];
}

/**
 * Whether a revision names a sector: the one that the chain has, one that both signed and nobody has posted yet, none, or nobody can tell, since the
 * chain has a revision that is not known here.
 */
export type RevisionNaming = 'posted' | 'signed' | 'absent' | 'unknown';

export interface PlaceFinding {
  readonly finding: Finding;
  /** Undefined where the chain does not know the deal. */
  readonly provider: Address | undefined;
  readonly error?: Error | undefined;
}

/** Whom and what is asked about places: a renter of its own deals, or whoever has a list of another's. */
export interface PlaceSources {
  /** Of the chain, as of now. */
  readonly deals: ReadonlyMap<DealId, Deal>;
  /** The present period. */
  readonly now: Period;
  naming(deal: Deal, root: Hash): Promise<RevisionNaming>;
  source(deal: Deal, signal: AbortSignal): Promise<ReadSource>;
  /** A connection that failed is not used again. */
  drop(provider: Address): void;
  readonly limits: Pick<RenterLimits, 'rangeLeaves' | 'rangesInFlight'>;
}

/** How much of each place is read: so many random leaves, each with its proof, or all. */
export type Depth = number | 'all';

/** Providers asked at once, and sectors of each: of whole sectors so many lie in memory. */
const AT_ONCE = { providers: 8, samples: 8, wholes: 2 } as const;

/** One of `count`, each as likely as another: what lies beyond the last multiple of `count` is drawn again. */
const randomBelow = (count: number): number => {
  const most = 2 ** 32 - (2 ** 32 % count);
  for (;;) {
    const [drawn = most] = crypto.getRandomValues(new Uint32Array(1));
    if (drawn < most) return drawn % count;
  }
};

/** The random leaves, or all spans. */
export const spansToRead = (
  spans: readonly ReadSpan[],
  depth: Depth,
  below: (count: number) => number = randomBelow,
): readonly ReadSpan[] => {
  if (depth === 'all') return spans;
  const all = spans.reduce((sum, { count }) => sum + count, 0);
  return Array.from({ length: depth }, () => {
    let at = below(all);
    for (const { from, count } of spans) {
      if (at < count) return { from: from + at, count: 1 };
      at -= count;
    }
    throw new RangeError(`there is no leaf ${at}`);
  });
};

/** What an attempt to read a place says; rethrows what is the reader's own. */
const failedReading = (thrown: unknown): { readonly finding: Finding; readonly error: Error } => {
  if (isHoldfastError(thrown, 'EGRESS_ABOVE_LIMIT')) throw thrown;
  const error = asError(thrown);
  if (isHoldfastError(thrown, 'EGRESS_UNFUNDED', 'EGRESS_ENDED')) return { finding: 'unpaid', error };
  return { finding: failedProbe(thrown).outcome, error };
};

/** What is known without asking the provider, or what it is if what is asked for comes. */
type Before = { readonly known: Finding } | { readonly ifRead: Finding };

const before = async ({ now, naming }: PlaceSources, deal: Deal | undefined, { sector }: HeldPlace): Promise<Before> => {
  if (deal === undefined || !isKept(deal, now)) return { known: 'over' };
  switch (await naming(deal, sector.root)) {
    case 'posted':
      return { ifRead: 'held' };
    case 'signed':
      return { ifRead: 'signed' };
    case 'absent':
      return { known: 'unnamed' };
    case 'unknown':
      return { known: 'behind' };
  }
};

/** A place that is asked for, and where what is found of it is told. */
interface Asked extends HeldPlace {
  readonly of: Deal;
  readonly ifRead: Finding;
  tell(finding: Finding, error?: Error): void;
}

const readPlace = async (sources: PlaceSources, { of, sector, spans }: Asked, depth: Depth, signal: AbortSignal): Promise<void> => {
  const source = await sources.source(of, signal);
  for (const span of spansToRead(spans, depth)) await readSpan(source, sector, span, sources.limits, signal);
};

/** Places of one provider. One that says nothing is asked no more. */
const askProvider = async (sources: PlaceSources, places: readonly Asked[], depth: Depth, until: AbortSignal): Promise<void> => {
  let silence: Error | undefined;
  await inFlight(places, depth === 'all' ? AT_ONCE.wholes : AT_ONCE.samples, until, async (place, signal) => {
    if (silence) return place.tell('silent', silence);
    try {
      await readPlace(sources, place, depth, signal);
      place.tell(place.ifRead);
    } catch (thrown) {
      signal.throwIfAborted();
      const { finding, error } = failedReading(thrown);
      if (finding === 'silent') silence = error;
      if (finding === 'silent') sources.drop(place.of.provider);
      place.tell(finding, error);
    }
  });
};

/**
 * Asks those who should hold places for leaves of them, each checked against the sector's root, that being one which the deal on chain commits to or
 * both have signed. What is said of each place, in their order. EGRESS_ABOVE_LIMIT.
 */
export const samplePlaces = async (
  sources: PlaceSources,
  places: readonly HeldPlace[],
  depth: Depth,
  signal?: AbortSignal,
): Promise<readonly PlaceFinding[]> => {
  const found: PlaceFinding[] = [];
  const asked = new Map<Address, Asked[]>();
  for (const [index, place] of places.entries()) {
    const of = sources.deals.get(place.deal);
    const tell = (finding: Finding, error?: Error): void => void (found[index] = { finding, provider: of?.provider, error });
    const said = await before(sources, of, place);
    if ('known' in said || of === undefined) {
      tell('known' in said ? said.known : 'over');
      continue;
    }
    const all = asked.get(of.provider) ?? [];
    asked.set(of.provider, all);
    all.push({ ...place, of, ifRead: said.ifRead, tell });
  }
  await inFlight(asked.values(), AT_ONCE.providers, signal, (all, either) => askProvider(sources, all, depth, either));
  return found;
};

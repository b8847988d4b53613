import type { ProviderRecord, ProviderSheet } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { leaves, type Address, type DealId, type Period, type Wei } from '../../core/units.js';
import { askHomes, reasonsText, type Answers } from './ask-homes.js';
import { createCandidates } from './candidates.js';
import type { Wanted } from './choose-providers.js';
import type { Standing } from './decide-trust.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { dealsWithRoom, partOf } from './deals-with-room.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { openDeals } from '../deals/open-deals.js';
import { explainPrice } from './risen-asks.js';
import { escrowFor, maxEgressFor, maxLeavesAt, type QuotePart, type SpacePlan } from './quote.js';
import { monthlyUp, periodPriceDown } from '../../core/market/monthly-price.js';

/** Where shards may go, and for how long. */
export interface HomesWanted {
  readonly plan: SpacePlan;
  /** Providers needed. */
  readonly count: number;
  /** End of new deals: their first unpaid period. */
  readonly maxEnd: Period;
  /** Deals that are there must last to this period. */
  readonly until: Period;
  /** Most token wei per GiB and 30 days. */
  readonly maxPrice?: Wei | undefined;
  /** Most token wei per GiB read. */
  readonly maxEgressPrice?: Wei | undefined;
  /** How often new deals can pay for a read of all their room. Default 1. */
  readonly reads?: number | undefined;
  readonly excluded: ReadonlySet<Address>;
}

/** Milliseconds after which a provider that was silent is tried again in the same task, for want of others. */
const SILENCE_PAUSE = 60_000;

/** Providers that failed lately. */
type Standings = ReadonlyMap<Address, Standing>;

/** Throws PRICE_ABOVE_LIMIT if price alone is what keeps enough providers away. */
const blameThePrice = async (
  context: RenterContext,
  records: readonly ProviderRecord[],
  wanted: Wanted,
  { maxPrice, count, excluded }: HomesWanted,
  signal?: AbortSignal,
): Promise<void> => {
  if (maxPrice === undefined || wanted.maxPrice === undefined) return;
  const dearest = (await createCandidates(context, records, { ...wanted, maxPrice: undefined }, excluded).take(count, signal))[count - 1];
  if (!dearest || dearest.ask.price <= wanted.maxPrice) return;
  const asked = monthlyUp(dearest.ask.price, context.settlement.parameters, context.blockMilliseconds);
  throw new HoldfastError('PRICE_ABOVE_LIMIT', { asked, limit: maxPrice, needed: count });
};

/** What was found for some homes: too little is no error yet. */
interface Found {
  readonly parts: QuotePart[];
  /** Providers that would do, as far as was counted. */
  readonly providers: number;
  readonly unfit: ReadonlyMap<Address, string>;
}

/** Providers for `homes.count` new deals, all of whom say that they take one; none where too few would do. */
const findNew = async (
  context: RenterContext,
  homes: HomesWanted,
  now: Period,
  answers: Answers,
  { standings, blames, signal }: { readonly standings: Standings; readonly blames: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Found> => {
  const { settlement, blockMilliseconds } = context;
  const { plan, maxEnd, maxPrice, maxEgressPrice, reads = 1, count, excluded } = homes;
  const { parameters } = settlement;
  const records = await settlement.providerRecords(signal);
  const price = maxPrice === undefined ? undefined : periodPriceDown(maxPrice, parameters, blockMilliseconds);
  const wanted: Wanted = { plan, now, maxEnd, parameters, maxPrice: price, maxEgressPrice, reads, standings };
  const candidates = createCandidates(context, records, wanted, excluded);
  const fitting = await candidates.count(count, signal);
  if (fitting < count) {
    if (blames) await blameThePrice(context, records, wanted, homes, signal);
    return { parts: [], unfit: candidates.refused, providers: fitting };
  }
  const take = async (more: number): Promise<readonly ProviderSheet[]> => candidates.take(more, signal);
  const sheets = await askHomes(context, take, count, answers, { plan, opens: true, signal });
  const parts = sheets.map((sheet) => newPart(sheet, homes, now, parameters.unit));
  return { parts, unfit: candidates.refused, providers: parts.length };
};

/** Of the deals with room those first whose providers did not fail lately. */
const trustedFirst = (deals: readonly QuotePart[], standings: Standings): QuotePart[] => [
  ...deals.filter(({ provider }) => !standings.has(provider)),
  ...deals.filter(({ provider }) => standings.has(provider)),
];

/** Deals of ours with room first, then new ones, at none of the providers `passed`. */
const lookFor = async (
  context: RenterContext,
  known: readonly KnownDeal[],
  homes: HomesWanted,
  now: Period,
  answers: Answers,
  { passed, ...looking }: { passed: readonly Address[]; standings: Standings; blames: boolean; signal?: AbortSignal | undefined },
): Promise<Found> => {
  const { parameters } = context.settlement;
  const { plan, count, until } = homes;
  const { signal, standings } = looking;
  const outOfQuestion = new Set([...homes.excluded, ...passed, ...answers.failures.providers, ...answers.declined.keys()]);
  const own = leaves(plan.leaves + (plan.pages ?? 0));
  const withRoom = dealsWithRoom(known, { leaves: own, now, until, parameters }, outOfQuestion);
  const existing = trustedFirst(withRoom.map(partOf), standings);
  const takeDeals = async (more: number): Promise<readonly QuotePart[]> => existing.splice(0, more);
  const parts = await askHomes(context, takeDeals, count, answers, { plan, opens: false, signal });
  const missing = count - parts.length;
  if (missing === 0) return { parts, providers: count, unfit: new Map() };
  const refused = [...answers.failures.providers, ...answers.declined.keys()];
  const taken = new Set([...outOfQuestion, ...refused, ...parts.map(({ provider }) => provider)]);
  const fresh = await findNew(context, { ...homes, count: missing, excluded: taken }, now, answers, looking);
  return { ...fresh, parts: [...parts, ...fresh.parts], providers: parts.length + fresh.providers };
};

/**
 * Finds `count` distinct providers: deals of ours with room first, then the cheapest who take a new deal, all of whom say so when
 * asked. Who failed lately comes last, and until its patience is over only for want of others; so does who was silent in this task, after a pause.
 * PRICE_ABOVE_LIMIT or PROVIDERS_TOO_FEW,
 * naming who does not and why; nothing is signed or paid here.
 */
export const findHomes = async (
  context: RenterContext,
  known: readonly KnownDeal[],
  homes: HomesWanted,
  now: Period,
  answers: Answers,
  { signal }: TaskOptions,
): Promise<QuotePart[]> => {
  const { count } = homes;
  const standings = await context.trust.standings();
  const passed = [...standings].flatMap(([provider, standing]) => (standing === 'passed-over' ? [provider] : []));
  const look = (without: readonly Address[], blames: boolean): Promise<Found> =>
    lookFor(context, known, homes, now, answers, { passed: without, standings, blames, signal });
  let found = await look(passed, false);
  if (found.parts.length < count) {
    answers.failures.forgive(SILENCE_PAUSE);
    found = await look([], true);
  }
  if (found.parts.length === count) return found.parts;
  throw new HoldfastError('PROVIDERS_TOO_FEW', { needed: count, found: found.providers, reasons: reasonsText(answers, found.unfit) });
};

const newPart = ({ provider, ask }: ProviderSheet, { plan, maxEnd, reads = 1 }: HomesWanted, now: Period, unit: Wei): QuotePart => {
  const { price, egressPrice } = ask;
  const maxLeaves = maxLeavesAt(ask, plan);
  const escrow = escrowFor({ price, egressPrice, maxLeaves, now, maxEnd, unit, reads });
  const maxEgress = maxEgressFor({ egressPrice, maxLeaves, reads });
  return { provider, price, egressPrice, end: maxEnd, escrow, maxLeaves, maxEgress };
};

/** Opens the deals that the parts still lack, at the prices quoted; returns the deal of each part. ASK_ROSE where a provider asks more by now. */
export const occupy = async (context: RenterContext, parts: readonly QuotePart[], task: TaskOptions): Promise<DealId[]> => {
  const fresh = parts.filter(({ deal }) => deal === undefined);
  const wishes = fresh.map(({ provider, price, egressPrice, end, escrow, maxLeaves, maxEgress }) => ({
    provider,
    signer: context.signer.address,
    maxPrice: price,
    maxEgressPrice: egressPrice,
    maxEnd: end,
    maxLeaves,
    maxEgress,
    escrow,
  }));
  const opened = await openDeals(context, wishes, task).catch(async (error: unknown) => {
    throw await explainPrice(context, error, fresh, task);
  });
  const ids = opened.values();
  return parts.map(({ deal }) => deal ?? (ids.next().value as DealId));
};

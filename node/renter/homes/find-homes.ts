import type { Deal, ProviderRecord, ProviderSheet } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type Address, type DealId, type Period, type Wei } from '../../core/units.js';
import { askHomes, reasonsText, type Answers } from './ask-homes.js';
import { createCandidates } from './candidates.js';
import type { Wanted } from './choose-providers.js';
import type { RenterContext, TaskOptions } from '../context.js';
import { dealsWithRoom } from './deals-with-room.js';
import type { KnownDeal } from '../deals/deal-book.js';
import { openDeals } from '../deals/open-deals.js';
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

/** Providers for `homes.count` new deals, and how many would do where that is not enough. */
const findNew = async (
  context: RenterContext,
  homes: HomesWanted,
  now: Period,
  answers: Answers,
  signal?: AbortSignal,
): Promise<{ readonly sheets: readonly ProviderSheet[]; readonly unfit: ReadonlyMap<Address, string>; readonly found: number }> => {
  const { settlement, blockMilliseconds } = context;
  const { plan, maxEnd, maxPrice, maxEgressPrice, reads = 1, count, excluded } = homes;
  const { parameters } = settlement;
  const records = await settlement.providerRecords(signal);
  const price = maxPrice === undefined ? undefined : periodPriceDown(maxPrice, parameters, blockMilliseconds);
  const wanted: Wanted = { plan, now, maxEnd, parameters, maxPrice: price, maxEgressPrice, reads };
  const candidates = createCandidates(context, records, wanted, excluded);
  const fitting = await candidates.count(count, signal);
  if (fitting < count) {
    await blameThePrice(context, records, wanted, homes, signal);
    return { sheets: [], unfit: candidates.refused, found: fitting };
  }
  const take = async (more: number): Promise<readonly ProviderSheet[]> => candidates.take(more, signal);
  const sheets = await askHomes(context, take, count, answers, { plan, opens: true, signal });
  return { sheets, unfit: candidates.refused, found: sheets.length };
};

/**
 * Finds `count` distinct providers: deals of ours with room first, then the cheapest who take a new deal, all of whom say so when
 * asked. PRICE_ABOVE_LIMIT or PROVIDERS_TOO_FEW, naming who does not and why; nothing is signed or paid here.
 */
export const findHomes = async (
  context: RenterContext,
  known: readonly KnownDeal[],
  homes: HomesWanted,
  now: Period,
  answers: Answers,
  { signal }: TaskOptions,
): Promise<QuotePart[]> => {
  const { parameters } = context.settlement;
  const { plan, count, until } = homes;
  const outOfQuestion = (): Set<Address> =>
    new Set([...homes.excluded, ...answers.failures.all.map(({ provider }) => provider), ...answers.declined.keys()]);
  const existing = dealsWithRoom(known, { leaves: plan.leaves, now, until, parameters }, outOfQuestion()).map(({ deal }) => deal);
  const takeDeals = async (more: number): Promise<readonly Deal[]> => existing.splice(0, more);
  const parts = (await askHomes(context, takeDeals, count, answers, { plan, opens: false, signal })).map(partOf);
  const missing = count - parts.length;
  if (missing === 0) return parts;

  const taken = new Set([...outOfQuestion(), ...parts.map(({ provider }) => provider)]);
  const { sheets, unfit, found } = await findNew(context, { ...homes, count: missing, excluded: taken }, now, answers, signal);
  if (sheets.length === missing) return [...parts, ...sheets.map((sheet) => newPart(sheet, homes, now, parameters.unit))];
  throw new HoldfastError('PROVIDERS_TOO_FEW', { needed: count, found: parts.length + found, reasons: reasonsText(answers, unfit) });
};

const partOf = (deal: Deal): QuotePart => ({
  provider: deal.provider,
  price: deal.price,
  egressPrice: deal.egressPrice,
  end: deal.end,
  deal: deal.id,
  escrow: wei(0n),
  maxLeaves: deal.maxLeaves,
  maxEgress: deal.maxEgress,
});

const newPart = ({ provider, ask }: ProviderSheet, { plan, maxEnd, reads = 1 }: HomesWanted, now: Period, unit: Wei): QuotePart => {
  const { price, egressPrice } = ask;
  const maxLeaves = maxLeavesAt(ask, plan);
  const escrow = escrowFor({ price, egressPrice, maxLeaves, now, maxEnd, unit, reads });
  const maxEgress = maxEgressFor({ egressPrice, maxLeaves, reads });
  return { provider, price, egressPrice, end: maxEnd, escrow, maxLeaves, maxEgress };
};

/** Opens the deals that the parts still lack, at the prices quoted; returns the deal of each part. */
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
  const opened = await openDeals(context, wishes, task);
  const ids = opened.values();
  return parts.map(({ deal }) => deal ?? (ids.next().value as DealId));
};

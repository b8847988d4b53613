import type { ProviderSheet } from '../core/deal.js';
import { HoldfastError } from '../core/errors.js';
import { wei } from '../core/units.js';
import type { Address, DealId, Period, Wei } from '../core/units.js';
import { rankProviders } from './choose-providers.js';
import type { Wanted } from './choose-providers.js';
import type { RenterContext, TaskOptions } from './context.js';
import { dealsWithRoom } from './deals-with-room.js';
import type { KnownDeal } from './deals-with-room.js';
import type { FailureList } from './failure-list.js';
import { openDeals } from './open-deals.js';
import { escrowFor, maxLeavesAt, monthlyUp, periodPriceDown } from './quote.js';
import type { QuotePart, SpacePlan } from './quote.js';

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
  readonly excluded: ReadonlySet<Address>;
}

/** Whether the provider, asked itself, still takes the data. */
const agrees = async (context: RenterContext, sheet: ProviderSheet, plan: SpacePlan, signal?: AbortSignal): Promise<boolean> => {
  const link = await context.links.to(sheet.provider, signal);
  const { provider, freeLeaves, minLeaves } = await link.terms(signal);
  if (provider !== sheet.provider) throw new HoldfastError('UNKNOWN_PROVIDER', { provider });
  return plan.leaves >= minLeaves && plan.leaves <= freeLeaves;
};

interface Reasons {
  readonly failures: FailureList;
  readonly refused: Map<Address, string>;
}

/** The first `count` of `ranked` that agree. */
const firstAgreeing = async (
  context: RenterContext,
  ranked: readonly ProviderSheet[],
  count: number,
  plan: SpacePlan,
  { failures, refused }: Reasons,
  signal?: AbortSignal,
): Promise<ProviderSheet[]> => {
  const agreed: ProviderSheet[] = [];
  let next = 0;
  while (agreed.length < count && next < ranked.length) {
    const asked = ranked.slice(next, next + count - agreed.length);
    next += asked.length;
    const answers = await Promise.all(
      asked.map(async (sheet) => {
        try {
          const takes = await agrees(context, sheet, plan, signal);
          if (!takes) refused.set(sheet.provider, 'takes no data of this size now');
          return takes;
        } catch (error) {
          signal?.throwIfAborted();
          context.links.drop(sheet.provider);
          failures.add(sheet.provider, error);
          return false;
        }
      }),
    );
    agreed.push(...asked.filter((_, index) => answers[index]));
  }
  return agreed;
};

const reasonsText = ({ failures, refused }: Reasons): string =>
  [...[...refused].map(([provider, reason]) => `${provider} ${reason}`), ...(failures.text === '' ? [] : [failures.text])].join(', ');

/** Throws PRICE_ABOVE_LIMIT if price alone is what keeps enough providers away. */
const blameThePrice = (
  context: RenterContext,
  sheets: readonly ProviderSheet[],
  wanted: Wanted,
  homes: HomesWanted,
  missing: number,
): void => {
  if (homes.maxPrice === undefined) return;
  const { ranked } = rankProviders(sheets, { ...wanted, maxPrice: undefined }, homes.excluded);
  const dearest = ranked[missing - 1];
  if (!dearest || wanted.maxPrice === undefined || dearest.ask.price <= wanted.maxPrice) return;
  const asked = monthlyUp(dearest.ask.price, context.settlement.parameters, context.blockMilliseconds);
  throw new HoldfastError('PRICE_ABOVE_LIMIT', { asked, limit: homes.maxPrice, needed: missing });
};

/**
 * Finds `count` distinct providers: deals of ours with room first, then the cheapest who take a new deal and say so when asked.
 * PRICE_ABOVE_LIMIT or PROVIDERS_TOO_FEW, naming who does not and why; nothing is signed or paid here.
 */
export const findHomes = async (
  context: RenterContext,
  known: readonly KnownDeal[],
  homes: HomesWanted,
  now: Period,
  failures: FailureList,
  { signal }: TaskOptions,
): Promise<QuotePart[]> => {
  const { parameters } = context.settlement;
  const { plan, count, maxEnd, until, maxPrice } = homes;
  const failed = new Set(failures.all.map(({ provider }) => provider));
  const excluded = new Set([...homes.excluded, ...failed]);
  const existing = dealsWithRoom(known, { leaves: plan.leaves, now, until, parameters }, excluded).slice(0, count);
  const parts = existing.map(({ deal }) => partOf(deal));
  const missing = count - parts.length;
  if (missing === 0) return parts;

  const sheets = await context.settlement.providers(signal);
  const price = maxPrice === undefined ? undefined : periodPriceDown(maxPrice, parameters, context.blockMilliseconds);
  const wanted: Wanted = { plan, now, maxEnd, parameters, maxPrice: price };
  const taken = new Set([...excluded, ...parts.map(({ provider }) => provider)]);
  const { ranked, refused } = rankProviders(sheets, wanted, taken);
  const reasons = { failures, refused: new Map(refused.map(({ provider, reason }) => [provider, reason])) };
  if (ranked.length < missing) blameThePrice(context, sheets, wanted, { ...homes, excluded: taken }, missing);
  const agreed = ranked.length < missing ? [] : await firstAgreeing(context, ranked, missing, plan, reasons, signal);
  if (agreed.length === missing) return [...parts, ...agreed.map((sheet) => newPart(sheet, homes, now, parameters.unit))];
  const found = parts.length + (ranked.length < missing ? ranked.length : agreed.length);
  throw new HoldfastError('PROVIDERS_TOO_FEW', { needed: count, found, reasons: reasonsText(reasons) });
};

const partOf = (deal: KnownDeal['deal']): QuotePart => ({
  provider: deal.provider,
  price: deal.price,
  end: deal.end,
  deal: deal.id,
  escrow: wei(0n),
  maxLeaves: deal.maxLeaves,
});

const newPart = ({ provider, ask }: ProviderSheet, { plan, maxEnd }: HomesWanted, now: Period, unit: Wei): QuotePart => {
  const maxLeaves = maxLeavesAt(ask, plan);
  return { provider, price: ask.price, end: maxEnd, escrow: escrowFor(ask.price, maxLeaves, now, maxEnd, unit), maxLeaves };
};

/** Opens the deals that the parts still lack, at the prices quoted; returns the deal of each part. */
export const occupy = async (context: RenterContext, parts: readonly QuotePart[], task: TaskOptions): Promise<DealId[]> => {
  const fresh = parts.filter(({ deal }) => deal === undefined);
  const sheets = await Promise.all(fresh.map(({ provider }) => context.settlement.provider(provider, task.signal)));
  const wishes = fresh.map(({ provider, price, end, escrow, maxLeaves }, index) => ({
    provider,
    signer: context.signer.address,
    maxPrice: price,
    maxEgressPrice: sheets[index]?.ask.egressPrice ?? wei(0n),
    maxEnd: end,
    maxLeaves,
    escrow,
  }));
  const opened = await openDeals(context, wishes, task);
  return parts.map(({ deal, provider }) => {
    const id = deal ?? opened[fresh.findIndex((part) => part.provider === provider)];
    if (!id) throw new HoldfastError('INTERNAL', { detail: `no deal was opened at ${provider}` });
    return id;
  });
};

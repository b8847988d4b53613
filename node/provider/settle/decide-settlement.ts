import type { Deal, MarketParameters, ProviderSheet } from '../../core/market/deal.js';
import type { DealId, Period } from '../../core/units.js';
import type { BatchItem, SettlementAction } from '../../ports/settlement.js';
import type { ProviderEgress, ProviderRevision } from '../../ports/store.js';
import { redeemOf, type RedemptionTerms } from './decide-redemption.js';
import type { ProviderPolicy } from '../policy.js';

/** A deal as chain and journal know it. */
export interface DealView {
  readonly deal: Deal;
  /** Newest revision that both have signed. */
  readonly newest: ProviderRevision | undefined;
  /** Its paid reads, if there were any. */
  readonly egress?: ProviderEgress | undefined;
}

export interface SettlementSnapshot {
  readonly period: Period;
  readonly offset: number;
  /** R2, now. */
  readonly frozen: boolean;
  /** Last decided period. */
  readonly decided: Period;
  readonly sheet: Pick<ProviderSheet, 'total' | 'lastProven'>;
  readonly parameters: Pick<MarketParameters, 'periodBlocks' | 'windowBlocks'>;
  readonly deals: readonly DealView[];
  /** Items that the chain refused in this period: not tried again before the next. */
  readonly refused: ReadonlySet<string>;
  readonly policy: Pick<ProviderPolicy, 'batchItems' | 'settleEvery' | 'endMargin'>;
  /** What a redemption costs and must bring; without, only what cannot wait is redeemed. */
  readonly redemption?: RedemptionTerms | undefined;
}

/** Names an item, so that a refused one is known again. */
export const itemKey = (item: BatchItem): string => {
  if (item.kind === 'commit') return `commit ${item.signed.revision.deal} ${item.signed.revision.number}`;
  return item.kind === 'redeem' ? `redeem ${item.deal} ${item.amount}` : `${item.kind} ${item.deal}`;
};

/** Block of the last paid period from which a deal is closed: the renter has the time before to fetch or to renew. */
export const closingOffset = ({ periodBlocks, windowBlocks }: SettlementSnapshot['parameters']): number =>
  Math.max(windowBlocks, Math.floor((periodBlocks * 3) / 4));

/** Whether an open challenge keeps the deal as it is (R8). A default ends that too. */
const isPinned = ({ challenged, defaulted }: Deal): boolean => challenged && defaulted === undefined;

const commitOf = ({ deal, newest }: DealView, { period, sheet }: SettlementSnapshot): BatchItem | undefined => {
  if (newest === undefined || deal.status === 'closed' || deal.defaulted !== undefined || isPinned(deal)) return undefined;
  const { number, validUntil, leaves } = newest.revision;
  if (number <= deal.number || validUntil < period || validUntil > period + 2 || period >= deal.end) return undefined;
  const mayGrow = sheet.total === 0n || sheet.lastProven === period;
  return mayGrow || leaves <= deal.leaves ? { kind: 'commit', signed: newest } : undefined;
};

const closeOf = ({ deal }: DealView, { period, offset, parameters }: SettlementSnapshot): BatchItem | undefined => {
  if (deal.status !== 'active' || isPinned(deal)) return undefined;
  const over = deal.defaulted !== undefined || period >= deal.end || (period === deal.end - 1 && offset >= closingOffset(parameters));
  return over ? { kind: 'close', deal: deal.id } : undefined;
};

const settleOf = ({ deal }: DealView, { decided, policy }: SettlementSnapshot): BatchItem | undefined => {
  const through = Math.min(decided, deal.end - 1);
  const due = deal.status === 'active' && deal.defaulted === undefined && through - deal.settledThrough >= policy.settleEvery;
  return due ? { kind: 'settle', deal: deal.id } : undefined;
};

const byValidity = (a: BatchItem, b: BatchItem): number =>
  a.kind === 'commit' && b.kind === 'commit' ? a.signed.revision.validUntil - b.signed.revision.validUntil : 0;

/**
 * What to post now that the audit is over: signed revisions that the chain lacks, then vouchers (an emptied deal has more escrow
 * for them, a closed one none), then closes, then rent that has waited long, in batches of bounded size. Nothing while frozen and near the end of a period, except what no freeze touches.
 */
export const decideSettlement = (snapshot: SettlementSnapshot): Extract<SettlementAction, { kind: 'batch' }>[] => {
  const { deals, refused, policy, parameters, offset, frozen } = snapshot;
  if (frozen || (offset >= parameters.periodBlocks - policy.endMargin && snapshot.sheet.total > 0n)) return [];
  const wanted = (items: readonly (BatchItem | undefined)[]): BatchItem[] =>
    items.filter((item): item is BatchItem => item !== undefined && !refused.has(itemKey(item)));
  const commits = wanted(deals.map((view) => commitOf(view, snapshot))).sort(byValidity);
  const busy = new Set<DealId>(commits.map((item) => (item.kind === 'commit' ? item.signed.revision.deal : item.deal)));
  const idle = deals.filter(({ deal }) => !busy.has(deal.id));
  const closes = wanted(idle.map((view) => closeOf(view, snapshot)));
  for (const item of closes) if (item.kind === 'close') busy.add(item.deal);
  const settles = wanted(idle.filter(({ deal }) => !busy.has(deal.id)).map((view) => settleOf(view, snapshot)));
  const closing = new Set<DealId>(closes.map((item) => (item.kind === 'commit' ? item.signed.revision.deal : item.deal)));
  const redeems = wanted(
    deals.map((view) => {
      const emptied = commits.some((item) => item.kind === 'commit' && item.signed === view.newest && view.newest.revision.leaves === 0);
      return redeemOf(view, { ...snapshot, closing: closing.has(view.deal.id), emptied });
    }),
  );
  const items = [...commits, ...redeems, ...closes, ...settles];
  const batches = Math.ceil(items.length / policy.batchItems);
  return Array.from({ length: batches }, (_, i) => ({
    kind: 'batch',
    items: items.slice(i * policy.batchItems, (i + 1) * policy.batchItems),
  }));
};

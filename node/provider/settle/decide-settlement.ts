import type { Deal, MarketParameters, ProviderSheet, SignedRevision } from '../../core/market/deal.js';
import type { Period } from '../../core/units.js';
import type { BatchItem, SettlementAction } from '../../ports/settlement.js';
import type { ProviderEgress } from '../../ports/journal.js';
import { redeemOf, type RedemptionTerms } from './decide-redemption.js';
import type { ProviderPolicy } from '../policy.js';

/** A deal as chain and journal know it. */
export interface DealView {
  readonly deal: Deal;
  /** Newest revision that both have signed. */
  readonly newest: SignedRevision | undefined;
  /** Whether the journal holds the revision that the chain has, so that its data can be proven. True of a deal without one. */
  readonly signed: boolean;
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

type Commit = Extract<BatchItem, { kind: 'commit' }>;

const commitOf = ({ deal, newest }: DealView, { period, sheet }: SettlementSnapshot): Commit | undefined => {
  if (newest === undefined || deal.status === 'closed' || deal.defaulted !== undefined || isPinned(deal)) return undefined;
  const { number, validUntil, leaves } = newest.revision;
  if (number <= deal.number || validUntil < period || validUntil > period + 2 || period >= deal.end) return undefined;
  const mayGrow = sheet.total === 0n || sheet.lastProven === period;
  return mayGrow || leaves <= deal.leaves ? { kind: 'commit', signed: newest } : undefined;
};

/** Whether its provider closes the deal as soon as it can: it has come to its end, or to a default. */
export const isOver = (
  { end, defaulted }: Pick<Deal, 'end' | 'defaulted'>,
  { period, offset }: Pick<SettlementSnapshot, 'period' | 'offset'>,
  parameters: SettlementSnapshot['parameters'],
): boolean => defaulted !== undefined || period >= end || (period === end - 1 && offset >= closingOffset(parameters));

const closeOf = ({ deal }: DealView, snapshot: SettlementSnapshot): BatchItem | undefined => {
  if (deal.status !== 'active' || isPinned(deal)) return undefined;
  return isOver(deal, snapshot, snapshot.parameters) ? { kind: 'close', deal: deal.id } : undefined;
};

const settleOf = ({ deal }: DealView, { decided, policy }: SettlementSnapshot): BatchItem | undefined => {
  const through = Math.min(decided, deal.end - 1);
  const due = deal.status === 'active' && deal.defaulted === undefined && through - deal.settledThrough >= policy.settleEvery;
  return due ? { kind: 'settle', deal: deal.id } : undefined;
};

const byValidity = (a: Commit, b: Commit): number => a.signed.revision.validUntil - b.signed.revision.validUntil;

/** What is to be done about one deal. */
interface Due {
  readonly redeem?: BatchItem | undefined;
  readonly commit?: Commit | undefined;
  readonly close?: BatchItem | undefined;
  readonly settle?: BatchItem | undefined;
}

/**
 * A deal's vouchers come before the revision that may take their escrow, and before the close that ends them: that waits for a later
 * batch, since an item that fails does not hold up the next.
 */
const dueOf = (view: DealView, snapshot: SettlementSnapshot): Due => {
  const isOpen = (item: BatchItem | undefined): boolean => item !== undefined && !snapshot.refused.has(itemKey(item));
  const posted = commitOf(view, snapshot);
  const commit = isOpen(posted) ? posted : undefined;
  const closed = commit === undefined ? closeOf(view, snapshot) : undefined;
  const ending = isOpen(closed) || commit?.signed.revision.leaves === 0;
  const redeemed = redeemOf(view, { ...snapshot, ending });
  const redeem = isOpen(redeemed) ? redeemed : undefined;
  if (redeem !== undefined) return { redeem, commit };
  if (commit !== undefined || isOpen(closed)) return { commit, close: closed };
  const settled = settleOf(view, snapshot);
  return isOpen(settled) ? { settle: settled } : {};
};

/**
 * What to post now that the audit is over: vouchers, then signed revisions that the chain lacks, then closes of deals without vouchers,
 * then rent that has waited long, in batches of bounded size. Nothing while frozen and near the end of a period, except what no freeze
 * touches.
 */
export const decideSettlement = (snapshot: SettlementSnapshot): Extract<SettlementAction, { kind: 'batch' }>[] => {
  const { deals, policy, parameters, offset, frozen } = snapshot;
  if (frozen || (offset >= parameters.periodBlocks - policy.endMargin && snapshot.sheet.total > 0n)) return [];
  const due = deals.map((view) => dueOf(view, snapshot));
  const those = <Item>(items: readonly (Item | undefined)[]): Item[] => items.filter((item): item is Item => item !== undefined);
  const commits = those(due.map(({ commit }) => commit)).sort(byValidity);
  // A redemption that waits for nothing lets the revisions go first: they can be too late.
  const pressing = those(due.map(({ redeem, commit }) => (commit === undefined ? undefined : redeem)));
  const others = those(due.map(({ redeem, commit }) => (commit === undefined ? redeem : undefined)));
  const closes = those(due.map(({ close }) => close));
  const settles = those(due.map(({ settle }) => settle));
  const items: BatchItem[] = [...pressing, ...commits, ...others, ...closes, ...settles];
  const batches = Math.ceil(items.length / policy.batchItems);
  return Array.from({ length: batches }, (_, i) => ({
    kind: 'batch',
    items: items.slice(i * policy.batchItems, (i + 1) * policy.batchItems),
  }));
};

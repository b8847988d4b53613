import type { Deal } from '../../core/market/deal.js';
import { blockNumber, gasWei, type DealId, type GasWei, type Period } from '../../core/units.js';
import type { BatchItem, Receipt, Settlement } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderEgress } from '../../ports/store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import { REDEEM_GAS } from './decide-redemption.js';
import { decideSettlement, itemKey, type DealView } from './decide-settlement.js';
import type { Moment } from '../moment.js';
import type { ProviderPolicy } from '../policy.js';

/** Posts what was signed, closes what is over and moves rent, one batch after the other. */
export interface Clerk {
  /** Sends the first batch that is due, and resolves without waiting until it is mined. */
  step(moment: Moment, deals: readonly DealView[], gasPrice: GasWei | undefined): void;
  /** Whether a batch is on its way. */
  readonly busy: boolean;
}

export interface ClerkOptions {
  readonly settlement: Settlement;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: Pick<ProviderPolicy, 'batchItems' | 'settleEvery' | 'endMargin' | 'gasFactor'>;
  /** Called when a batch is mined, with what its gas cost. */
  readonly onFee: (receipt: Receipt) => void;
  /** Called when a batch is done with: there may be more to do. */
  readonly onDone: () => void;
}

/** Journal and chain side by side: every deal in the tree or in the journal that the chain knows. */
export const viewDeals = (
  tree: readonly Deal[],
  others: readonly (Deal | undefined)[],
  kept: readonly ProviderDeal[],
  egresses: readonly ProviderEgress[] = [],
): DealView[] => {
  const egress = new Map(egresses.map((entry) => [entry.deal, entry]));
  const newest = new Map(kept.map(({ id, revisions }) => [id, revisions.at(-1)]));
  const known = new Map<DealId, Deal>();
  for (const deal of [...tree, ...others]) if (deal !== undefined) known.set(deal.id, deal);
  return [...known.values()].map((deal) => ({ deal, newest: newest.get(deal.id), egress: egress.get(deal.id) }));
};

export const createClerk = ({ settlement, log, metrics, policy, onFee, onDone }: ClerkOptions): Clerk => {
  let busy = false;
  let refused = new Set<string>();
  let refusedIn: Period | undefined;

  const submit = async (items: readonly BatchItem[], moment: Moment): Promise<void> => {
    // In the next period a provider with data is frozen: a batch that comes too late would only cost gas.
    const last = blockNumber(moment.firstBlock + settlement.parameters.periodBlocks - 1);
    const limits = moment.sheet.total > 0n ? { deadline: last } : {};
    const facts = { items: items.map(itemKey), period: moment.period };
    try {
      const receipt = await settlement.submit({ kind: 'batch', items }, limits);
      onFee(receipt);
      metrics.count('holdfast_batches_total', { outcome: 'mined' });
      log.info('batch-mined', { ...facts, block: receipt.block, gasUsed: receipt.gasUsed, fee: receipt.fee });
      for (const { index, error } of receipt.failed) {
        const item = items[index];
        if (item === undefined) continue;
        refused.add(itemKey(item));
        metrics.count('holdfast_batch_items_refused_total');
        log.warn('item-refused', { item: itemKey(item), error });
      }
    } catch (error) {
      metrics.count('holdfast_batches_total', { outcome: 'failed' });
      log.warn('batch-failed', { ...facts, error });
    } finally {
      busy = false;
      onDone();
    }
  };

  return {
    get busy() {
      return busy;
    },
    step: (moment, deals, gasPrice) => {
      if (busy) return;
      if (refusedIn !== moment.period) {
        refused = new Set();
        refusedIn = moment.period;
      }
      const { parameters } = settlement;
      const redemption = gasPrice === undefined ? undefined : { cost: gasWei(gasPrice * REDEEM_GAS), factor: policy.gasFactor };
      const [batch] = decideSettlement({ ...moment, parameters, deals, refused, policy, redemption });
      if (batch === undefined) return;
      busy = true;
      void submit(batch.items, moment);
    },
  };
};

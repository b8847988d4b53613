import { showCoins } from '../../core/amount-text.js';
import type { Deal } from '../../core/market/deal.js';
import { blockNumber, gasWei, wei, type DealId, type GasWei, type Period } from '../../core/units.js';
import type { BatchItem, Receipt, Settlement } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderEgress } from '../../ports/journal.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log, Signer } from '../../ports/world.js';
import { REDEEM_GAS } from './decide-redemption.js';
import { isSigned } from './decide-forfeits.js';
import { decideSettlement, itemKey, type DealView } from './decide-settlement.js';
import type { VoucherSeal } from './voucher-seal.js';
import type { Moment } from '../moment.js';
import { ownSignature } from '../own-signature.js';
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
  /** The operator's key of now: what a former one signed is signed anew before it is posted. */
  readonly signer: Signer;
  /** Told before a deal is closed. */
  readonly seals: VoucherSeal;
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
  const remembered = new Map(kept.map((one) => [one.id, one]));
  const known = new Map<DealId, Deal>();
  for (const deal of [...tree, ...others]) if (deal !== undefined) known.set(deal.id, deal);
  return [...known.values()].map((deal) => ({
    deal,
    newest: remembered.get(deal.id)?.revisions.at(-1),
    signed: isSigned(deal, remembered.get(deal.id)),
    egress: egress.get(deal.id),
  }));
};

export const createClerk = ({ settlement, signer, seals, log, metrics, policy, onFee, onDone }: ClerkOptions): Clerk => {
  let busy = false;
  let refused = new Set<string>();
  let refusedIn: Period | undefined;

  /** The items without closes of deals that were paid by another voucher since it was decided to close them. */
  const sealCloses = async (items: readonly BatchItem[], deals: readonly DealView[]): Promise<BatchItem[]> => {
    const paid = new Map(deals.map(({ deal, egress }) => [deal.id, egress?.voucher?.amount ?? wei(0n)]));
    const kept: BatchItem[] = [];
    for (const item of items) if (item.kind !== 'close' || (await seals.seal(item.deal, paid.get(item.deal) ?? wei(0n)))) kept.push(item);
    return kept;
  };

  const unseal = (items: readonly (BatchItem | undefined)[]): void => {
    for (const item of items) if (item?.kind === 'close') seals.unseal(item.deal);
  };

  const withOwnSignature = async (item: BatchItem): Promise<BatchItem> => {
    if (item.kind !== 'commit') return item;
    const { revision, providerSignature: before } = item.signed;
    const providerSignature = await ownSignature(signer, settlement.identity, revision, before);
    return { ...item, signed: { ...item.signed, providerSignature } };
  };

  const post = async (wanted: readonly BatchItem[], deals: readonly DealView[], moment: Moment): Promise<void> => {
    const items = await Promise.all((await sealCloses(wanted, deals)).map(withOwnSignature));
    if (items.length > 0) await submit(items, moment);
  };

  const submit = async (items: readonly BatchItem[], moment: Moment): Promise<void> => {
    // In the next period a provider with data is frozen: a batch that comes too late would only cost gas.
    const last = blockNumber(moment.firstBlock + settlement.parameters.periodBlocks - 1);
    const limits = moment.sheet.total > 0n ? { deadline: last } : {};
    const facts = { items: items.map(itemKey), period: moment.period };
    try {
      const receipt = await settlement.submit({ kind: 'batch', items }, limits);
      onFee(receipt);
      metrics.count('holdfast_batches_total', { outcome: 'mined' });
      log.info('batch-mined', { ...facts, block: receipt.block, gasUsed: receipt.gasUsed, fee: showCoins(receipt.fee) });
      unseal(receipt.failed.map(({ index }) => items[index]));
      for (const { index, error } of receipt.failed) {
        const item = items[index];
        if (item === undefined) continue;
        refused.add(itemKey(item));
        metrics.count('holdfast_batch_items_refused_total');
        log.warn('item-refused', { item: itemKey(item), error });
      }
    } catch (error) {
      unseal(items);
      metrics.count('holdfast_batches_total', { outcome: 'failed' });
      log.warn('batch-failed', { ...facts, error });
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
      void post(batch.items, deals, moment)
        .catch((error: unknown) => {
          log.warn('batch-failed', { period: moment.period, error });
        })
        .finally(() => {
          busy = false;
          onDone();
        });
    },
  };
};

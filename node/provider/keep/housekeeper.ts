import type { ChainHead, Deal } from '../../core/market/deal.js';
import type { DealId, Hash } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderDeal, ProviderEgress, ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Clock, Log } from '../../ports/world.js';
import { decidePruning, decideVoid, OVER, type ChainMark } from './decide-pruning.js';
import type { Serial } from '../../core/tasks/serial.js';
import { periodAt } from '../../core/market/schedule.js';
import { JOURNAL_LOCK } from '../lock-names.js';
import type { ProviderPolicy } from '../policy.js';
import { createSweeper } from './sweeper.js';

/** Deletes what nobody is owed any more, and nothing else. */
export interface Housekeeper {
  /**
   * Compares the journal with the chain: `chain` says of each kept deal what it was in block `head`. While deals are in doubt nothing is
   * deleted, and only they are forgotten once they are over.
   */
  prune(
    head: ChainHead,
    kept: readonly ProviderDeal[],
    chain: ReadonlyMap<DealId, Deal>,
    doubtful: Doubtful,
    signal: AbortSignal,
  ): Promise<void>;
  /** Forgets vouchers of deals that are closed for good: nothing can be redeemed of them any more. */
  settleAccounts(
    head: ChainHead,
    egresses: readonly ProviderEgress[],
    chain: ReadonlyMap<DealId, Deal>,
    signal: AbortSignal,
  ): Promise<void>;
  /**
   * Drops what waited too long, pending sectors and files that nothing names: a bounded part of them with each call, in rounds that begin four
   * times in the life of a pending sector. Nothing while deals are in doubt, or before that is known.
   */
  sweepWhenDue(): Promise<void>;
}

/** Deals of which the journal may lack revisions: what these name is known to nobody. */
export type Doubtful = ReadonlySet<DealId>;

export interface HousekeeperOptions {
  readonly settlement: SettlementReader;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** {@link JOURNAL_LOCK}, and by root of a sector: none is deleted while the same one is stored or signed for. */
  readonly locks: Serial;
  readonly policy: Pick<ProviderPolicy, 'confirmations' | 'pendingTtl'>;
}

export const createHousekeeper = (options: HousekeeperOptions): Housekeeper => {
  const { settlement, store, journal, clock, log, metrics, locks, policy } = options;
  let marks: ReadonlyMap<DealId, ChainMark> = new Map();
  let closed: ReadonlyMap<DealId, ChainMark> = new Map();
  let doubtful: Doubtful | undefined;
  let sweptAt = -Infinity;

  /** Deletes a sector unless somebody has named it since it was found free. */
  const remove = (root: Hash, why: string): Promise<void> =>
    locks(root, async () => {
      if (await journal.names(root)) return;
      await store.delete(root);
      metrics.count('holdfast_sectors_deleted_total');
      log.info('sector-deleted', { root, why });
    });

  /** What is freed while others are in doubt becomes an orphan, for a sweep after that. */
  const forget = (deal: DealId, take: () => Promise<readonly Hash[]>, facts: object): Promise<void> =>
    locks(JOURNAL_LOCK, async () => {
      const freed = await take();
      log.info('deal-pruned', { deal, ...facts, freed: freed.length });
      if (isSure()) for (const root of freed) await remove(root, 'no revision names it');
    });

  /** The last period of which all blocks are `confirmations` deep; 0 if there is none. */
  const finalPeriod = ({ block }: ChainHead): number => {
    const { genesisBlock, parameters } = settlement;
    const deep = block - policy.confirmations;
    return deep < genesisBlock ? 0 : periodAt(deep, genesisBlock, parameters.periodBlocks) - 1;
  };

  const isSure = (): boolean => doubtful?.size === 0;

  const tellDoubt = (next: Doubtful): void => {
    const before = doubtful?.size ?? 0;
    doubtful = next;
    metrics.set('holdfast_doubtful_deals', next.size);
    if (next.size > 0 && before === 0)
      log.warn('deletion-paused', {
        deals: [...next].slice(0, 10),
        count: next.size,
        remedy: '"holdfast provider check" says what is missing',
      });
    if (next.size === 0 && before > 0) log.info('deletion-resumed');
  };

  const hashesOf = async (signal: AbortSignal): Promise<Map<number, Hash>> => {
    const hashes = new Map<number, Hash>();
    for (const { block } of marks.values()) {
      const hash = hashes.has(block) ? undefined : await settlement.blockHash(block, signal);
      if (hash !== undefined) hashes.set(block, hash);
    }
    return hashes;
  };

  const sweeper = createSweeper({
    store,
    journal,
    clock,
    policy,
    drop: ({ deal, root }) =>
      locks(JOURNAL_LOCK, async () => {
        if (await journal.dropPending(deal, root)) await remove(root, 'no revision came for it');
      }),
    remove: (root) => remove(root, 'nothing names it'),
  });

  return {
    prune: async (head, kept, chain, next, signal) => {
      tellDoubt(next);
      const deals = kept.map((deal) => ({ kept: deal, chain: chain.get(deal.id) }));
      const { confirmations } = policy;
      const terms = { confirmations, final: finalPeriod(head), grace: settlement.parameters.maxMisses };
      const decision = decidePruning({ head, ...terms, deals, marks, hashes: await hashesOf(signal) });
      marks = decision.marks;
      const doubts = journal.doubts();
      const known = new Set(doubts.map(({ deal }) => deal));
      for (const { deal, number } of decideVoid(doubts, chain, terms))
        await forget(deal, () => journal.dropRevisions(deal, [number]), { expired: `${number}` });
      for (const { deal, number } of decision.prune)
        if (isSure() || known.has(deal))
          await forget(deal, () => (number === OVER ? journal.forgetDeal(deal) : journal.prune(deal, number)), { number });
      if (!isSure()) return;
      for (const { deal, numbers } of decision.drop)
        await forget(deal, () => journal.dropRevisions(deal, numbers), { expired: numbers.join(' ') });
    },
    settleAccounts: async (head, egresses, chain, signal) => {
      const over = egresses.flatMap(({ deal }) => (chain.get(deal)?.status === 'closed' ? [deal] : []));
      const next = new Map<DealId, ChainMark>();
      for (const deal of over) {
        const mark = closed.get(deal);
        const stands = mark !== undefined && (await settlement.blockHash(mark.block, signal)) === mark.hash;
        const held = stands ? mark : { number: OVER, block: head.block, hash: head.hash };
        if (head.block - held.block >= policy.confirmations) await journal.forgetEgress(deal);
        else next.set(deal, held);
      }
      closed = next;
    },
    sweepWhenDue: async () => {
      const now = clock.now();
      if (now - sweptAt < policy.pendingTtl / 4) return;
      if (isSure() && (await sweeper.step())) sweptAt = now;
    },
  };
};

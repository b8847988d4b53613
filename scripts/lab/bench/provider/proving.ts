import { collect } from '../../../../test/support/collect.js';
import type { Deal } from '../../../../node/core/market/deal.js';
import { leaves, period, weight, type Hash } from '../../../../node/core/units.js';
import type { ProviderJournal } from '../../../../node/ports/journal.js';
import type { SettlementReader } from '../../../../node/ports/settlement.js';
import { buildProof } from '../../../../node/provider/audit/build-proof.js';
import { createSectorCache } from '../../../../node/provider/keep/sector-cache.js';
import { defaultPolicy } from '../../../../node/provider/policy.js';
import { databaseAt } from '../../../../node/storage/rows/level-rows.js';
import { measure } from '../reads/reads.js';
import { figureOf, type Figure } from './figure.js';
import { openHoldings, type DealSize } from './holdings.js';
import { randomHash, type BenchStage } from './stage.js';

/** What the chain would hold, all first revisions being posted. */
const postedDeals = async ({ world: { journal, ownerChain }, renter }: BenchStage): Promise<Deal[]> => {
  const sample = (await ownerChain.deal(renter.deal)) as Deal;
  const kept = await collect(journal.deals());
  return Promise.all(
    kept.map(async ({ id }, slot) => {
      const tree = await journal.tree(id, 1n);
      if (tree === undefined) throw new Error('a first revision is not kept');
      return { ...sample, id, slot, number: 1n, root: tree.root, leaves: leaves(tree.leaves), sectors: tree.sectors, weight: weight(1n) };
    }),
  );
};

/** Counts the rows that a journal reads for proofs. */
const countRows = (journal: ProviderJournal): { readonly journal: ProviderJournal; readonly read: () => number } => {
  let read = 0;
  const counted =
    <Args extends unknown[], Result>(ask: (...args: Args) => Result) =>
    (...args: Args): Result => {
      read += 1;
      return ask(...args);
    };
  return { journal: { ...journal, tree: counted(journal.tree), node: counted(journal.node) }, read: () => read };
};

/** Milliseconds to read a row of a journal that is closed, by its key alone. */
const bareRow = async (journalPath: string, times: number): Promise<number> => {
  const database = databaseAt(journalPath, false);
  await database.open();
  try {
    const keys = await database.keys({ gte: 'node/', lt: 'node0', limit: 100_000 }).all();
    const { median } = await measure(times, (turn) => database.get(keys[(turn * 7_919) % keys.length] as string));
    return median;
  } finally {
    await database.close();
  }
};

/** Proofs over all that is held, each for another seed, by a provider that remembers nothing of the sectors. */
export const measureProving = async (folder: string, size: DealSize, times: number): Promise<Figure> => {
  const proven = await (async () => {
    await using stage = await openHoldings(folder, size);
    const { world, journalPath } = stage;
    const deals = await postedDeals(stage);
    const seeds: Hash[] = Array.from({ length: times }, randomHash);
    const { journal, read } = countRows(world.journal);
    const { median } = await measure(times, (turn) => {
      const settlement: SettlementReader = {
        ...world.ledger.as(world.operator.address),
        seed: async () => seeds[turn] as Hash,
        treeOf: async () => deals,
      };
      const sectors = createSectorCache(world.store, defaultPolicy.cacheBytes);
      return buildProof({ settlement, journal, sectors, provider: world.address }, period(1), new AbortController().signal);
    });
    return { median, rows: read() / times, journalPath };
  })();
  const row = await bareRow(proven.journalPath, 64 * times);
  return figureOf({ ...size }, times, proven.median, { 'rows read': row * proven.rows });
};

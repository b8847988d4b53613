import { encodeProof, sampleIn, verifyProof, type Sample, type SampleTarget } from '../../core/market/audit-proof.js';
import { openLeaf, type SectorTree } from '../../core/data/sector-tree.js';
import type { Challenge, Deal } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { auditRandom, challengeLeaf, drawLeaf, drawSlot } from '../../core/market/sampling.js';
import { period as periodOf, type Address, type Hash, type Leaves, type Period } from '../../core/units.js';
import type { SettlementReader } from '../../ports/settlement.js';
import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorCache } from '../keep/sector-cache.js';

/** A leaf that the seed draws. */
export interface Draw {
  readonly deal: Deal;
  readonly leaf: Leaves;
}

/** The leaves of `tree` that `seed` draws for `provider` (R13). */
export const drawsOf = (seed: Hash, provider: Address, tree: readonly Deal[], samples: number): Draw[] => {
  const bySlot = new Map(tree.map((deal) => [deal.slot, deal]));
  const slots = tree.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
  const weights = Array.from({ length: slots }, (_, slot) => bySlot.get(slot)?.weight ?? 0n);
  return Array.from({ length: samples }, (_, i) => {
    const { low, high } = auditRandom(seed, provider, i);
    const deal = bySlot.get(drawSlot(weights, low));
    if (deal === undefined) throw new HoldfastError('INTERNAL', { detail: 'the draw fell into a free slot' });
    return { deal, leaf: drawLeaf(high, deal.leaves) };
  });
};

export interface ProofSources {
  readonly settlement: SettlementReader;
  readonly journal: ProviderJournal;
  readonly sectors: SectorCache;
  readonly provider: Address;
}

/** What the chain holds of a deal, by the revision of ours that it has. */
const postedSet = async (journal: ProviderJournal, deal: Deal): Promise<SectorTree> => {
  const revisions = (await journal.deal(deal.id))?.revisions ?? [];
  const posted = revisions.some(({ revision }) => revision.number === deal.number);
  const tree = posted ? await journal.tree(deal.id, deal.number) : undefined;
  if (tree === undefined)
    throw new HoldfastError('JOURNAL_BEHIND', { deal: deal.id, number: deal.number, newest: revisions.at(-1)?.revision.number ?? 0n });
  return tree;
};

/** The sample that opens one drawn leaf. Of the deal's tree the nodes on the way are read. */
const openDraw = async ({ journal, sectors }: ProofSources, { deal, leaf }: Draw, signal: AbortSignal): Promise<Sample> => {
  const opened = await openLeaf((name) => journal.node(deal.id, name), await postedSet(journal, deal), leaf);
  return sampleIn(opened, leaf, await sectors.open(opened.sector.root, leaf - opened.place.start, 1, signal));
};

/**
 * Bytes of the proof for `period`, checked as the contract will check them. Rejects with what is missing or rotten, or with
 * SEED_UNAVAILABLE.
 */
export const buildProof = async (sources: ProofSources, period: Period, signal: AbortSignal): Promise<Uint8Array> => {
  const { settlement, provider } = sources;
  const [seed, tree] = await Promise.all([settlement.seed(period, signal), settlement.treeOf(provider, signal)]);
  return openDraws(sources, drawsOf(seed, provider, tree, settlement.parameters.samples), signal);
};

/** Bytes of the answer to the open challenge of `deal`, checked as the contract will check them. Rejects as {@link buildProof}. */
export const buildAnswer = async (
  sources: ProofSources,
  deal: Deal,
  { period }: Pick<Challenge, 'period'>,
  signal: AbortSignal,
): Promise<Uint8Array> => {
  const { settlement } = sources;
  const seed = await settlement.seed(periodOf(period + 1), signal);
  const draw = (i: number): Draw => ({ deal, leaf: challengeLeaf(seed, deal.id, i, deal.leaves) });
  return openDraws(
    sources,
    Array.from({ length: settlement.parameters.samples }, (_, i) => draw(i)),
    signal,
  );
};

const openDraws = async (sources: ProofSources, draws: readonly Draw[], signal: AbortSignal): Promise<Uint8Array> => {
  const samples: Sample[] = [];
  for (const draw of draws) samples.push(await openDraw(sources, draw, signal));
  const bytes = encodeProof(samples);
  const targets: SampleTarget[] = draws.map(({ deal, leaf }) => ({ root: deal.root, sectors: deal.sectors, drawn: leaf }));
  verifyProof(bytes, targets);
  return bytes;
};

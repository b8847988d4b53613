import type { Deal, ProviderSheet, Revision, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { editTree } from '../../core/data/edit-tree.js';
import { indicesOf } from '../../core/data/find-sectors.js';
import { emptyTree } from '../../core/data/sector-tree.js';
import { changeBetween, checkRevision, nextRevision, revisionDigest } from '../../core/market/revision.js';
import { recoverAddress } from '../../core/keys/signing.js';
import type { DealId, Hash, Period, Signature } from '../../core/units.js';
import type { RevisionChange } from '../../ports/link.js';
import type { RenterDeal } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { baseOf, isOpen, planRevision, type WantedChange } from './decide-revision.js';
import { takeOver } from './reconcile.js';

interface Observation {
  readonly record: RenterDeal;
  readonly deal: Deal;
  readonly sheet: ProviderSheet;
  readonly now: Period;
}

const observe = async (context: RenterContext, id: DealId, signal?: AbortSignal): Promise<Observation> => {
  const record = await context.catalogue.deal(id);
  if (!record) throw new HoldfastError('DEAL_OF_ANOTHER', { deal: id });
  const settlement = context.settlement.agreed;
  const [deal, sheet, now] = await Promise.all([
    settlement.deal(id, signal),
    settlement.provider(record.provider, signal),
    currentPeriod(settlement, signal),
  ]);
  if (!deal || !sheet) throw new HoldfastError('DEAL_UNKNOWN', { deal: id });
  return { record, deal, sheet, now };
};

/** Throws what the contract would say if the provider, having proven, posted the revision now. */
const requirePostable = async (
  { settlement }: RenterContext,
  revision: Revision,
  { deal, sheet, now }: Observation,
  signal?: AbortSignal,
): Promise<void> => {
  const [through, since] = await Promise.all([
    settlement.agreed.missesThrough(deal.provider, sheet.decided, signal),
    settlement.agreed.missesThrough(deal.provider, deal.settledThrough, signal),
  ]);
  const { stake, total, lockLimit } = sheet;
  const facts = { period: now, frozen: false, proven: true, stake, total, lockLimit, misses: Math.max(0, through - since) };
  const problem = checkRevision(revision, deal, { ...facts, parameters: settlement.parameters });
  if (problem) throw problem;
};

type Proposal = NonNullable<RenterDeal['proposed']>;

/** What a proposal that was recorded changes: asked for again after an interruption only. */
const changeOf = async ({ catalogue }: RenterContext, id: DealId, { base, revision }: Proposal): Promise<RevisionChange> => {
  const listed = async (number: bigint): Promise<SectorRef[]> => {
    const sectors: SectorRef[] = [];
    for await (const sector of catalogue.sectors(id, number)) sectors.push(sector);
    return sectors;
  };
  return changeBetween(base === 0n ? [] : await listed(base), await listed(revision.number));
};

/** Asks for the provider's signature on a recorded proposal and records the answer. */
const conclude = async (
  context: RenterContext,
  { record, sheet }: Observation,
  { proposal, change }: { readonly proposal: Proposal; readonly change: RevisionChange },
  signal?: AbortSignal,
): Promise<SignedRevision> => {
  const link = await context.links.to(record.provider, signal);
  const authorization = await context.links.authorize(record.id, signal);
  const { revision, renterSignature, base } = proposal;
  const baseRoot = (await context.catalogue.tree(record.id, base))?.root;
  const providerSignature = await link.signRevision(authorization, { revision, base, baseRoot, change, renterSignature }, signal);
  requireSignedBy(recoverAddress(revisionDigest(context.settlement.identity, revision), providerSignature), sheet);
  const signed = { revision, renterSignature, providerSignature };
  await context.catalogue.putDeal({ id: record.id, provider: record.provider, current: signed });
  return signed;
};

const requireSignedBy = (recovered: string, { operator }: ProviderSheet): void => {
  if (recovered !== operator) throw new HoldfastError('BAD_SIGNATURE', { side: 'provider', expected: operator, recovered });
};

/** What the catalogue knows of the revision that the next one starts from. */
const readBase = async ({ catalogue }: RenterContext, { record, deal }: Observation, { append, remove = [] }: WantedChange) => {
  const number = baseOf(record, deal);
  const tree = (await catalogue.tree(deal.id, number)) ?? emptyTree;
  const timesNamed = async (root: Hash): Promise<number> => (tree.sectors > 0 ? catalogue.timesNamed(deal.id, number, root) : 0);
  const there = new Set<Hash>();
  for (const { root } of append) if ((await timesNamed(root)) > 0) there.add(root);
  const gone = new Map<Hash, number>();
  for (const root of remove) {
    const times = await timesNamed(root);
    if (times > 0 && (await catalogue.isFreed(deal.id, root))) gone.set(root, times);
  }
  const removable = await indicesOf((name) => catalogue.node(deal.id, name), tree, gone);
  return { tree, facts: { number, sectors: tree.sectors, names: (root: Hash) => there.has(root), removable } };
};

/** REVISION_TOO_SMALL for what its provider would not sign: it asks for deals of so many leaves, or none. */
const requireWelcome = ({ leaves }: Revision, before: number, { ask }: ProviderSheet): void => {
  if (leaves > 0 && leaves < before && leaves < ask.minLeaves)
    throw new HoldfastError('REVISION_TOO_SMALL', { leaves, min: ask.minLeaves });
};

/** Signs and records the next revision, and has the provider sign it; undefined if nothing is to change. */
const propose = async (
  context: RenterContext,
  seen: Observation,
  wanted: WantedChange,
  signal?: AbortSignal,
): Promise<SignedRevision | undefined> => {
  const { catalogue, settlement, signer } = context;
  const { record, deal, now } = seen;
  const { tree, facts } = await readBase(context, seen, wanted);
  const planned = planRevision(record, deal, wanted, facts, now);
  if (planned === undefined) return undefined;
  const { base, change, plan } = planned;
  const edit = await editTree({ read: (name) => catalogue.node(deal.id, name), base: tree, change, version: plan.number });
  const revision = nextRevision({ ...plan, sectors: edit.tree });
  requireWelcome(revision, tree.leaves, seen.sheet);
  await requirePostable(context, revision, seen, signal);
  const renterSignature: Signature = await signer.sign(revisionDigest(settlement.identity, revision));
  const proposal = { revision, renterSignature, base };
  const next: RenterDeal = { ...record, proposed: proposal };
  await catalogue.putDeal(next, { number: revision.number, sectors: { base, change, edit } });
  return conclude(context, { ...seen, record: next }, { proposal, change }, signal);
};

/**
 * Brings `deal` to a co-signed revision with the wanted change, one proposal at a time: it is recorded before it is sent, and an
 * unanswered one is sent again, verbatim, before another is made. Where the provider does not know the base any more, the catalogue falls
 * back to what the provider and the chain know, once. Returns the newest signed revision; undefined if the chain
 * holds it without our having the provider's signature, or if nothing was ever stored.
 */
export const proposeRevision = (
  context: RenterContext,
  id: DealId,
  wanted: WantedChange,
  signal?: AbortSignal,
): Promise<SignedRevision | undefined> => {
  const attempt = async ({ pages = [], ...wanted }: WantedChange): Promise<SignedRevision | undefined> => {
    let seen = await observe(context, id, signal);
    const { proposed } = seen.record;
    if (proposed && isOpen(seen.record, seen.deal, seen.now)) {
      await conclude(context, seen, { proposal: proposed, change: await changeOf(context, id, proposed) }, signal);
      seen = await observe(context, id, signal);
    }
    const change = { ...wanted, append: [...wanted.append, ...pages] };
    return (await propose(context, seen, change, signal)) ?? seen.record.current;
  };
  const inTurn = async (): Promise<SignedRevision | undefined> => {
    try {
      return await attempt(wanted);
    } catch (error) {
      if (!isHoldfastError(error, 'PEER_REFUSED') || error.data.code !== 'REVISION_BASE_UNKNOWN') throw error;
      const { record, deal, now } = await observe(context, id, signal);
      if (!(await takeOver(context, record, deal, now, signal))) throw error;
      // Nothing is taken out of what is not known yet.
      const { pages: _, remove: __, ...rest } = wanted;
      return attempt(rest);
    }
  };
  return context.serial(id, inTurn, signal);
};

import type { Deal, ProviderSheet, Revision, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { checkRevision, revisionDigest } from '../../core/market/revision.js';
import { recoverAddress } from '../../core/keys/signing.js';
import type { DealId, Period, Signature } from '../../core/units.js';
import type { RenterDeal } from '../../ports/store.js';
import type { RenterContext } from '../context.js';
import { currentPeriod } from '../current-period.js';
import { baseOf, changeBetween, isOpen, planRevision, type WantedChange } from './decide-revision.js';

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
const requirePostable = async ({ settlement }: RenterContext, revision: Revision, { deal, sheet, now }: Observation): Promise<void> => {
  const [through, since] = await Promise.all([
    settlement.agreed.missesThrough(deal.provider, sheet.decided),
    settlement.agreed.missesThrough(deal.provider, deal.settledThrough),
  ]);
  const { stake, total, lockLimit } = sheet;
  const facts = { period: now, frozen: false, proven: true, stake, total, lockLimit, misses: Math.max(0, through - since) };
  const problem = checkRevision(revision, deal, { ...facts, parameters: settlement.parameters });
  if (problem) throw problem;
};

type Proposal = NonNullable<RenterDeal['proposed']>;

/** Asks for the provider's signature on a recorded proposal and records the answer. */
const conclude = async (context: RenterContext, seen: Observation, proposal: Proposal, signal?: AbortSignal): Promise<SignedRevision> => {
  const { record, deal, sheet } = seen;
  const base = baseOf(record, deal);
  const link = await context.links.to(record.provider, signal);
  const authorization = await context.links.authorize(record.id, signal);
  const { revision, renterSignature, sectors } = proposal;
  const request = { revision, base: base.number, change: changeBetween(base.sectors, sectors), renterSignature };
  const providerSignature = await link.signRevision(authorization, request, signal);
  requireSignedBy(recoverAddress(revisionDigest(context.settlement.identity, revision), providerSignature), sheet);
  const signed = { revision, renterSignature, providerSignature };
  await context.catalogue.putDeal({ id: record.id, provider: record.provider, current: signed, sectors });
  return signed;
};

const requireSignedBy = (recovered: string, { operator }: ProviderSheet): void => {
  if (recovered !== operator) throw new HoldfastError('BAD_SIGNATURE', { side: 'provider', expected: operator, recovered });
};

/**
 * Brings `deal` to a co-signed revision with the wanted change, one proposal at a time: it is recorded before it is sent, and an
 * unanswered one is sent again, verbatim, before another is made. Returns the newest signed revision; undefined if the chain
 * holds it without our having the provider's signature, or if nothing was ever stored.
 */
export const proposeRevision = (
  context: RenterContext,
  id: DealId,
  wanted: WantedChange,
  signal?: AbortSignal,
): Promise<SignedRevision | undefined> =>
  context.serial(id, async () => {
    let seen = await observe(context, id, signal);
    if (seen.record.proposed && isOpen(seen.record, seen.deal, seen.now)) {
      await conclude(context, seen, seen.record.proposed, signal);
      seen = await observe(context, id, signal);
    }
    const plan = planRevision(seen.record, seen.deal, wanted, seen.now);
    if (!plan) return seen.record.current;
    await requirePostable(context, plan.revision, seen);
    const renterSignature: Signature = await context.signer.sign(revisionDigest(context.settlement.identity, plan.revision));
    const proposal = { revision: plan.revision, renterSignature, sectors: plan.sectors };
    const record: RenterDeal = { ...seen.record, proposed: proposal };
    await context.catalogue.putDeal(record);
    return conclude(context, { ...seen, record }, proposal, signal);
  });

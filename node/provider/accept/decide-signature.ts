import type { Deal, MarketParameters, ProviderSheet, Revision } from '../../core/market/deal.js';
import type { SectorRef } from '../../core/data/data-set.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { applyChange, checkRevision, nextRevision } from '../../core/market/revision.js';
import { weight, type Address, type Hash, type Period, type Signature, type Wei, type Weight } from '../../core/units.js';
import type { SignRequest } from '../../ports/link.js';
import type { ProviderRevision } from '../../ports/store.js';
import type { ProviderPolicy } from '../policy.js';

export interface SigningSnapshot {
  readonly request: SignRequest;
  /** Who signed for the renter; undefined if the signature is unusable. */
  readonly renter: Address | undefined;
  readonly deal: Deal;
  readonly period: Period;
  readonly sheet: Pick<ProviderSheet, 'ask' | 'operator' | 'total'>;
  /** Stake once all misses so far are recorded. */
  readonly stake: Wei;
  /** Misses among the periods that the deal has not settled yet. */
  readonly misses: number;
  /** Weight that other deals will add by revisions signed and not yet posted. */
  readonly promised: Weight;
  readonly parameters: Pick<MarketParameters, 'unit' | 'collateralPeriods'>;
  /** Kept revisions of the deal, oldest first. */
  readonly revisions: readonly ProviderRevision[];
  /** Roots of sectors that are on disk and held for this deal. */
  readonly held: ReadonlySet<Hash>;
  /** Address of the key that would sign. */
  readonly signer: Address;
  readonly policy: Pick<ProviderPolicy, 'minLeaves' | 'maxUnposted'>;
}

export type SigningDecision =
  | { readonly kind: 'sign'; readonly sectors: readonly SectorRef[] }
  /** Signed before: the same signature again. */
  | { readonly kind: 'repeat'; readonly signature: Signature }
  | { readonly kind: 'refuse'; readonly error: HoldfastError };

const fields = ['deal', 'number', 'root', 'leaves', 'sectors', 'end', 'price', 'validUntil'] as const;

/** Sectors of the revision that a change starts from; none for revision zero. */
export const sectorsOf = (revisions: readonly ProviderRevision[], base: bigint): readonly SectorRef[] =>
  revisions.find(({ revision }) => revision.number === base)?.sectors ?? [];

/**
 * Whether a change may start from revision `base`: it is kept (or zero), and every newer one expired without being posted, so
 * that nobody can ever post it.
 */
const isBase = ({ request: { base }, revisions, deal, period }: SigningSnapshot): boolean => {
  const counts = ({ revision }: ProviderRevision): boolean => revision.number <= deal.number || revision.validUntil >= period;
  const kept = base === 0n || revisions.some(({ revision }) => revision.number === base);
  return kept && !revisions.some((signed) => signed.revision.number > base && counts(signed));
};

/** The first field in which two revisions differ. */
const difference = (ours: Revision, theirs: Revision): (typeof fields)[number] | undefined =>
  fields.find((field) => ours[field] !== theirs[field]);

const refuse = (error: HoldfastError): SigningDecision => ({ kind: 'refuse', error });

/** Whether the provider puts its signature under a revision: one number once, over durable sectors, on terms it can keep. */
export const decideSigning = (snapshot: SigningSnapshot): SigningDecision => {
  const { request, revisions, deal } = snapshot;
  const { revision } = request;
  const same = revisions.find((signed) => difference(signed.revision, revision) === undefined);
  if (same !== undefined) return { kind: 'repeat', signature: same.providerSignature };
  const refusal = checkParties(snapshot) ?? checkOrder(snapshot);
  if (refusal !== undefined) return refuse(refusal);

  const sectors = applyChange(sectorsOf(revisions, request.base), request.change);
  const ours = nextRevision({ ...revision, sectors });
  const field = difference(ours, revision);
  if (field !== undefined)
    return refuse(new HoldfastError('REVISION_DISAGREES', { field, ours: String(ours[field]), theirs: String(revision[field]) }));
  const missing = sectors.find(({ root }) => !snapshot.held.has(root));
  if (missing !== undefined) return refuse(new HoldfastError('SECTOR_NOT_HELD', { deal: deal.id, root: missing.root }));
  const unwanted = checkTerms(snapshot) ?? checkContract(snapshot);
  return unwanted === undefined ? { kind: 'sign', sectors } : refuse(unwanted);
};

const checkParties = ({ request, renter, deal, sheet, signer }: SigningSnapshot): HoldfastError | undefined => {
  if (request.revision.deal !== deal.id) return new HoldfastError('DEAL_UNKNOWN', { deal: request.revision.deal });
  if (renter !== deal.signer)
    return new HoldfastError('BAD_SIGNATURE', { side: 'renter', expected: deal.signer, recovered: renter ?? 'nobody' });
  if (signer !== sheet.operator) return new HoldfastError('OPERATOR_REPLACED', { operator: sheet.operator, signer });
  return undefined;
};

const checkOrder = (snapshot: SigningSnapshot): HoldfastError | undefined => {
  const { request, revisions, deal, policy } = snapshot;
  const newest = revisions.at(-1)?.revision.number ?? 0n;
  const { number } = request.revision;
  if (newest < deal.number) return new HoldfastError('JOURNAL_BEHIND', { deal: deal.id, number: deal.number, newest });
  if (number <= newest) return new HoldfastError('REVISION_CONFLICT', { deal: deal.id, number: `${number}`, newest: `${newest}` });
  if (!isBase(snapshot)) return new HoldfastError('REVISION_BASE_UNKNOWN', { deal: deal.id, base: request.base, newest });
  if (revisions.length > policy.maxUnposted)
    return new HoldfastError('REVISIONS_UNPOSTED', { deal: deal.id, count: revisions.length, limit: policy.maxUnposted });
  return undefined;
};

/** What this provider wants beyond what the contract does. */
const checkTerms = ({ request, deal, sheet, period, policy }: SigningSnapshot): HoldfastError | undefined => {
  const { leaves, price, end, validUntil } = request.revision;
  const bounds = (name: string, value: number, min: number, max: number): HoldfastError | undefined =>
    value < min || value > max
      ? new HoldfastError('OUT_OF_BOUNDS', { name, value: BigInt(value), min: BigInt(min), max: BigInt(max) })
      : undefined;
  const unpostable = bounds('validUntil', validUntil, period + 1, period + 2);
  if (unpostable !== undefined || leaves === 0) return unpostable;
  if (leaves < policy.minLeaves) return new HoldfastError('REVISION_TOO_SMALL', { leaves, min: policy.minLeaves });
  const extended = end > deal.end;
  const min = extended && sheet.ask.price > deal.price ? sheet.ask.price : deal.price;
  if (price < min) return new HoldfastError('REVISION_UNDERPAID', { price, min });
  return extended ? bounds('end', end, period + 2, period + sheet.ask.maxPeriods) : undefined;
};

/** What the contract would refuse, at a moment when the provider has proven and with all that it promised to others posted. */
const checkContract = ({ request, deal, period, sheet, stake, misses, promised, parameters }: SigningSnapshot): HoldfastError | undefined =>
  checkRevision(request.revision, deal, {
    period,
    frozen: false,
    proven: true,
    stake,
    total: weight(sheet.total + promised),
    misses,
    parameters,
  });

import type { ProviderSheet, Revision, SignedRevision } from '../../core/market/deal.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nextRevision, type SectorTotals } from '../../core/market/revision.js';
import type { Address, Hash, Signature } from '../../core/units.js';
import type { SignRequest } from '../../ports/link.js';
import type { DealDoubt } from '../../ports/journal-faults.js';
import type { ProviderPolicy } from '../policy.js';
import { checkRevisionTerms, checkSize, type TermsSnapshot } from './check-revision-terms.js';

export interface SigningSnapshot extends Omit<TermsSnapshot, 'signed' | 'sheet' | 'policy'> {
  readonly request: SignRequest;
  /** Who signed for the renter; undefined if the signature is unusable. */
  readonly renter: Address | undefined;
  readonly sheet: TermsSnapshot['sheet'] & Pick<ProviderSheet, 'operator'>;
  /** Kept revisions of the deal, oldest first. */
  readonly revisions: readonly SignedRevision[];
  /** What two records of signed numbers differ in, if they do. */
  readonly doubt: DealDoubt | undefined;
  /** Of the sectors that the change brings: roots that are on disk and held for this deal. */
  readonly held: ReadonlySet<Hash>;
  /** A sector that would be named, that deals count on and the disk does not give; undefined if there is none. */
  readonly lost: Hash | undefined;
  /** What the change makes of the sectors that it starts from, found by counting; undefined until they are looked for. */
  readonly counted: Omit<SectorTotals, 'root'> | undefined;
  /** The same, with the root of their tree. */
  readonly after: SectorTotals | undefined;
  /** Address of the key that would sign. */
  readonly signer: Address;
  readonly policy: TermsSnapshot['policy'] & Pick<ProviderPolicy, 'maxUnposted'>;
}

export type SigningDecision =
  | { readonly kind: 'sign' }
  /** Signed before: the same signature again. */
  | { readonly kind: 'repeat'; readonly signature: Signature }
  | { readonly kind: 'refuse'; readonly error: HoldfastError };

const fields = ['deal', 'number', 'root', 'leaves', 'sectors', 'end', 'price', 'validUntil'] as const;

/**
 * Whether a change may start from revision `base`: it is kept, with the root that the renter names (or zero), and every newer one expired
 * without being posted, so that nobody can ever post it.
 */
const isBase = ({ request: { base, baseRoot }, revisions, deal, period }: SigningSnapshot): boolean => {
  const counts = ({ revision }: SignedRevision): boolean => revision.number <= deal.number || revision.validUntil >= period;
  const isIt = ({ number, root }: Revision): boolean => number === base && (baseRoot ?? root) === root;
  const kept = base === 0n || revisions.some(({ revision }) => isIt(revision));
  return kept && !revisions.some((signed) => signed.revision.number > base && counts(signed));
};

/** The first field in which two revisions differ. */
const difference = (ours: Revision, theirs: Revision): (typeof fields)[number] | undefined =>
  fields.find((field) => ours[field] !== theirs[field]);

const refuse = (error: HoldfastError): SigningDecision => ({ kind: 'refuse', error });

/** Why a request is refused whatever its change is; undefined if it is not. */
export const checkStanding = (snapshot: SigningSnapshot): HoldfastError | undefined => checkParties(snapshot) ?? checkOrder(snapshot);

/** Why a request is refused before any sector of it is looked for or hashed; undefined if it is not. */
export const checkRequest = (snapshot: SigningSnapshot): HoldfastError | undefined => {
  const { request, revisions, counted } = snapshot;
  const signed = revisions.map(({ revision }) => revision);
  return (
    checkStanding(snapshot) ??
    (counted && checkSize(request.revision, counted)) ??
    checkRevisionTerms(request.revision, { ...snapshot, signed })
  );
};

/** Whether it was signed before, and with what. */
export const signedBefore = ({ request, revisions }: Pick<SigningSnapshot, 'request' | 'revisions'>): Signature | undefined =>
  revisions.find((signed) => difference(signed.revision, request.revision) === undefined)?.providerSignature;

/** Whether the provider puts its signature under a revision: one number once, over durable sectors, on terms it can keep. */
export const decideSigning = (snapshot: SigningSnapshot): SigningDecision => {
  const { request, deal, lost, after } = snapshot;
  const signature = signedBefore(snapshot);
  if (signature !== undefined) return { kind: 'repeat', signature };
  const refusal = checkRequest(snapshot);
  if (refusal !== undefined) return refuse(refusal);
  const missing = request.change.append.find(({ root }) => !snapshot.held.has(root));
  if (missing !== undefined) return refuse(new HoldfastError('SECTOR_NOT_HELD', { deal: deal.id, root: missing.root }));
  if (lost !== undefined) return refuse(new HoldfastError('SECTOR_NOT_HELD', { deal: deal.id, root: lost }));
  if (after === undefined) return refuse(new HoldfastError('INTERNAL', { detail: 'a change was not looked at' }));
  const ours = nextRevision({ ...request.revision, sectors: after });
  const field = difference(ours, request.revision);
  if (field === undefined) return { kind: 'sign' };
  return refuse(new HoldfastError('REVISION_DISAGREES', { field, ours: String(ours[field]), theirs: String(request.revision[field]) }));
};

const checkParties = ({ request, renter, deal, sheet, signer }: SigningSnapshot): HoldfastError | undefined => {
  if (request.revision.deal !== deal.id) return new HoldfastError('DEAL_UNKNOWN', { deal: request.revision.deal });
  if (renter !== deal.signer)
    return new HoldfastError('BAD_SIGNATURE', { side: 'renter', expected: deal.signer, recovered: renter ?? 'nobody' });
  if (signer !== sheet.operator) return new HoldfastError('OPERATOR_REPLACED', { operator: sheet.operator, signer });
  return undefined;
};

const checkOrder = (snapshot: SigningSnapshot): HoldfastError | undefined => {
  const { request, revisions, deal, doubt, policy } = snapshot;
  const newest = revisions.at(-1)?.revision.number ?? 0n;
  const { number } = request.revision;
  if (newest < deal.number) return new HoldfastError('JOURNAL_BEHIND', { deal: deal.id, number: deal.number, newest });
  // The very revision whose row was lost may be signed again: the journal, which knows its digest, refuses any other.
  if (doubt !== undefined && number !== doubt.number)
    return new HoldfastError('JOURNAL_BEHIND', { deal: deal.id, number: doubt.number, newest });
  if (number <= newest) return new HoldfastError('REVISION_CONFLICT', { deal: deal.id, number: `${number}`, newest: `${newest}` });
  if (!isBase(snapshot)) return new HoldfastError('REVISION_BASE_UNKNOWN', { deal: deal.id, base: request.base, newest });
  if (revisions.length > policy.maxUnposted)
    return new HoldfastError('REVISIONS_UNPOSTED', { deal: deal.id, count: revisions.length, limit: policy.maxUnposted });
  return undefined;
};

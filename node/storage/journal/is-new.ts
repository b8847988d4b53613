import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Revision, SignedRevision } from '../../core/market/deal.js';

const sameRevision = (a: Revision, b: Revision): boolean =>
  (['deal', 'number', 'root', 'leaves', 'sectors', 'end', 'price', 'validUntil'] as const).every((field) => a[field] === b[field]);

/** Whether `signed` is new; REVISION_CONFLICT if its number was used, or passed, with other content. */
export const isNew = (kept: readonly SignedRevision[], { revision }: Pick<SignedRevision, 'revision'>): boolean => {
  const newest = kept.at(-1)?.revision;
  if (!newest || revision.number > newest.number) return true;
  if (kept.some((signed) => sameRevision(signed.revision, revision))) return false;
  const numbers = { number: revision.number.toString(), newest: newest.number.toString() };
  throw new HoldfastError('REVISION_CONFLICT', { deal: revision.deal, ...numbers });
};

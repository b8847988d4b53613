import type { SignedRevision } from '../../core/market/deal.js';
import type { DealId } from '../../core/units.js';
import type { RenterContext } from '../context.js';

/**
 * Posts co-signed revisions in their providers' stead, for our own gas. Returns the refusals by deal: that a provider was first, or missed its
 * proof meanwhile, is one of them.
 */
export const postRevisions = async (
  { settlement }: Pick<RenterContext, 'settlement'>,
  revisions: readonly SignedRevision[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<DealId, Error>> => {
  if (revisions.length === 0) return new Map();
  const items = revisions.map((signed) => ({ kind: 'commit', signed }) as const);
  const { failed } = await settlement.submit({ kind: 'batch', items }, signal ? { signal } : {});
  return new Map(
    failed.flatMap(({ index, error }) => {
      const signed = revisions[index];
      return signed === undefined ? [] : [[signed.revision.deal, error] as const];
    }),
  );
};

import type { DealId } from '../../core/units.js';
import type { BatchItem } from '../../ports/settlement.js';
import type { RenterContext } from '../context.js';

const dealOf = (item: BatchItem): DealId => (item.kind === 'commit' ? item.signed.revision.deal : item.deal);

/** Carries out one item for each of some deals, in one transaction and for our gas; in none where there is no item. Returns the refusals by deal. */
export const submitBatch = async (
  { settlement }: Pick<RenterContext, 'settlement'>,
  items: readonly BatchItem[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<DealId, Error>> => {
  if (items.length === 0) return new Map();
  const { failed } = await settlement.submit({ kind: 'batch', items }, signal ? { signal } : {});
  return new Map(
    failed.flatMap(({ index, error }) => {
      const item = items[index];
      return item === undefined ? [] : [[dealOf(item), error] as const];
    }),
  );
};

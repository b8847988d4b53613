import type { Catalogue } from '../../ports/catalogue.js';

/** Whether something changed that no page tells. */
export const isUntold = async ({ catalogue }: { readonly catalogue: Pick<Catalogue, 'paging' | 'changes'> }): Promise<boolean> => {
  const { told } = await catalogue.paging();
  for await (const change of catalogue.changes(told)) if (change.kind !== 'deal' && change.kind !== 'anew' && !change.by) return true;
  return false;
};

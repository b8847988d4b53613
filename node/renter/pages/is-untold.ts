import type { Catalogue } from '../../ports/catalogue.js';

/** Whether something changed that no page tells. */
export const isUntold = async ({ catalogue }: { readonly catalogue: Pick<Catalogue, 'told' | 'changes'> }): Promise<boolean> => {
  for await (const change of catalogue.changes(await catalogue.told()))
    if (change.kind !== 'deal' && change.kind !== 'anew' && !change.by) return true;
  return false;
};

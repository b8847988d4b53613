import type { RenterContext } from '../context.js';

/** Forgets half-done objects in the place of which another was stored, but for those that a put is making now, or that are stored by now. */
export const forgetBegun = async (
  { catalogue, inHand }: Pick<RenterContext, 'catalogue' | 'inHand'>,
  ids: readonly string[],
): Promise<void> => {
  for (const id of ids) if (!inHand.has(id) && (await catalogue.object(id))?.state === 'placing') await catalogue.deleteObject(id);
};

import type { Authorization, LeafRange, ProviderLink, ReadRequest } from '../../node/ports/link.js';

/** One range of a sector, as it came: nothing of it is verified. */
export const readOne = async (
  link: Pick<ProviderLink, 'readLeaves'>,
  authorization: Authorization,
  { root, ...range }: ReadRequest,
  signal?: AbortSignal,
): Promise<LeafRange> => {
  const came: LeafRange[] = [];
  const next = async () => ({ ...range, last: true });
  await link.readLeaves(authorization, { root, inFlight: 1, next, take: (_, answer) => void came.push(answer) }, signal);
  return came[0] as LeafRange;
};

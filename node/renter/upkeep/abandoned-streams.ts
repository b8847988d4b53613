import type { HalfDoneObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';

/** Streams whose puts were broken off: without an origin nobody can go on with them, and deals that hold nothing else need not last. */
export const abandonedStreams = async ({
  catalogue,
  inHand,
}: Pick<RenterContext, 'catalogue' | 'inHand'>): Promise<readonly HalfDoneObject[]> => {
  const abandoned: HalfDoneObject[] = [];
  for await (const object of catalogue.placing()) if (object.origin === undefined && !inHand.has(object.id)) abandoned.push(object);
  return abandoned;
};

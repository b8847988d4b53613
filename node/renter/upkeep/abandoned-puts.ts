import type { HalfDoneObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { boundedNow } from './bounded-now.js';

/** Milliseconds after which nobody goes on with what was begun. */
const ABANDONED_AFTER = 30 * 86_400_000;

/**
 * Puts that were broken off and that nobody goes on with: of streams, which have no origin, and those begun so long ago. Deals that hold nothing
 * else need not last.
 */
export const abandonedPuts = async (
  context: Pick<RenterContext, 'catalogue' | 'clock' | 'inHand' | 'settlement'>,
  signal?: AbortSignal,
): Promise<readonly HalfDoneObject[]> => {
  const { catalogue, inHand } = context;
  const now = await boundedNow(context, signal);
  const abandoned: HalfDoneObject[] = [];
  for await (const object of catalogue.placing()) {
    const isOver = object.origin === undefined || object.storedAt + ABANDONED_AFTER < now;
    if (isOver && !inHand.has(object.id)) abandoned.push(object);
  }
  return abandoned;
};

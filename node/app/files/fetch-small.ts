import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { inFlight } from '../../core/tasks/in-flight.js';
import type { Wei } from '../../core/units.js';
import type { ObjectRecord, StoredObject } from '../../ports/catalogue.js';
import type { RenterEvent } from '../../renter/events.js';
import type { Neighbours, NeighboursRead } from '../../renter/download/neighbours.js';
import type { Renter } from '../../renter/renter.js';

/** Small objects that are fetched at once, groups of neighbours that are, and how many bytes a small one has at most. */
const SMALL = { atOnce: 8, groupsAtOnce: 2, bytes: 1 << 20 } as const;

/** Whether an object is so small that what takes time is the way there and back. */
export const isSmall = ({ bytes }: ObjectRecord): boolean => bytes <= SMALL.bytes;

/** How small objects are fetched. */
export interface SmallFetch {
  /** One after the other, where each must know what those before it came to. */
  readonly oneByOne: boolean;
  /** Whether it is to be read: it is not there already, and may be written. */
  readonly isToRead: (object: StoredObject) => Promise<boolean>;
  /** Fetches an object, or writes the `content` that came with its neighbours; throws what ends the run. */
  readonly fetch: (object: ObjectRecord, signal: AbortSignal, content?: Uint8Array) => Promise<void>;
  /** Most token wei that the next read may cost. */
  readonly left: () => Wei | undefined;
  /** Hears who failed in a read of neighbours. */
  readonly onRead: (read: Pick<NeighboursRead, 'failures'>) => void;
  /** Hears what such a read cost, also if it failed. */
  readonly onPaid: (egress: Wei) => void;
  readonly report?: ((event: RenterEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const wantedOf = async (objects: readonly ObjectRecord[], { isToRead }: SmallFetch): Promise<readonly StoredObject[]> => {
  const wanted: StoredObject[] = [];
  for (const object of objects) if (object.state === 'stored' && (await isToRead(object))) wanted.push(object);
  return wanted;
};

/** Reads neighbours together; where that fails with anything that is wrong with some of them, each is fetched alone, which tells what it is. */
const readGroup = async (
  renter: Pick<Renter, 'read'>,
  neighbours: Neighbours,
  { left, onRead, onPaid, report }: SmallFetch,
  signal: AbortSignal,
): Promise<NeighboursRead['contents']> => {
  try {
    const read = await renter.read(neighbours, { signal, maxEgress: left(), onPaid, ...(report && { report }) });
    onRead(read);
    return read.contents;
  } catch (error) {
    signal.throwIfAborted();
    if (!isHoldfastError(error)) throw error;
    return new Map();
  }
};

/** Fetches small objects, those that lie side by side with one read, and some at once. */
export const fetchSmall = async (
  renter: Pick<Renter, 'neighbours' | 'read'>,
  objects: readonly ObjectRecord[],
  how: SmallFetch,
): Promise<void> => {
  const { oneByOne, fetch, signal } = how;
  const [width, groupsAtOnce] = oneByOne ? [1, 1] : [SMALL.atOnce, SMALL.groupsAtOnce];
  const groups = await renter.neighbours(await wantedOf(objects, how));
  await inFlight(groups, groupsAtOnce, signal, async (neighbours, until) => {
    const contents = await readGroup(renter, neighbours, how, until);
    await inFlight(neighbours, width, until, (object, either) => fetch(object, either, contents.get(object.id)));
  });
  const together = new Set<string>(groups.flat().map(({ id }) => id));
  const others = objects.filter(({ id }) => !together.has(id));
  await inFlight(others, width, signal, (object, either) => fetch(object, either));
};

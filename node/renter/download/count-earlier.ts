import { sha256 } from '#sha256';
import { toHex } from '../../core/data/bytes.js';
import type { StoredObject } from '../../ports/catalogue.js';
import type { ByteSink } from '../../ports/world.js';
import type { RenterContext } from '../context.js';

/** How much of an object is there. */
export interface Counted {
  readonly slabs: number;
  readonly bytes: number;
}

/**
 * Counts what an earlier run left in the sink: the slabs from the first on whose SHA-256 is that of what was stored. `hear` gets their bytes, in
 * order; what follows is to be written anew.
 */
export const countEarlier = async (
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  { id }: StoredObject,
  { earlier }: ByteSink,
  hear: (bytes: Uint8Array) => void,
  signal?: AbortSignal,
): Promise<Counted> => {
  let [slabs, bytes] = [0, 0];
  if (earlier === undefined) return { slabs, bytes };
  for await (const [, { length, sha256: expected }] of catalogue.slabs(id)) {
    signal?.throwIfAborted();
    if (bytes + length > earlier.length) break;
    const found = await earlier.read(bytes, length);
    if (found.length !== length || toHex(await sha256(found)) !== expected) break;
    hear(found);
    slabs += 1;
    bytes += length;
  }
  earlier.keep(bytes);
  return { slabs, bytes };
};

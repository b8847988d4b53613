import { HoldfastError } from '../core/errors.js';
import { verifyRange } from '../core/range-proof.js';
import { LEAF_BYTES, leaves } from '../core/units.js';
import type { SectorRef } from '../core/deal.js';
import type { Authorization, ProviderLink } from '../ports/link.js';
import type { RenterLimits } from './limits.js';
import { inFlight } from './in-flight.js';

/** Asks for `count` leaves from `from` on and verifies them against the sector's root: RANGE_PROOF_INVALID, also for another length. */
export const readRange = async (
  link: ProviderLink,
  authorization: Authorization,
  { root, leaves: total }: SectorRef,
  from: number,
  count: number,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const { bytes, proof } = await link.readLeaves(authorization, { root, from: leaves(from), count: leaves(count) }, signal);
  if (bytes.length !== count * LEAF_BYTES) throw new HoldfastError('RANGE_PROOF_INVALID', { from, count, leaves: total });
  verifyRange({ root, leaves: total, from, bytes, proof });
  return bytes;
};

/** A whole sector, range by range, each verified before it is taken; some ranges at once. */
export const readSector = async (
  link: ProviderLink,
  authorization: Authorization,
  sector: SectorRef,
  { rangeLeaves, rangesInFlight }: Pick<RenterLimits, 'rangeLeaves' | 'rangesInFlight'>,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const whole = new Uint8Array(sector.leaves * LEAF_BYTES);
  await inFlight(Math.ceil(sector.leaves / rangeLeaves), rangesInFlight, signal, async (range, either) => {
    const from = range * rangeLeaves;
    const count = Math.min(rangeLeaves, sector.leaves - from);
    whole.set(await readRange(link, authorization, sector, from, count, either), from * LEAF_BYTES);
  });
  return whole;
};

import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { verifyRange } from '../../core/data/range-proof.js';
import { LEAF_BYTES, leaves } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { Authorization, LeafRange, ProviderLink } from '../../ports/link.js';
import type { Egress, Purse } from './egress.js';
import type { RenterLimits } from '../limits.js';
import { inFlight } from '../../core/tasks/in-flight.js';

/** Whom to read from, for which deal, and what pays for it. */
export interface ReadSource {
  readonly link: ProviderLink;
  readonly authorization: Authorization;
  readonly egress: Egress;
  readonly purse: Purse;
}

/** Leaves `from … from+count−1` of a sector. */
export interface ReadSpan {
  readonly from: number;
  readonly count: number;
  /** Leaves of the sector that will be asked for after these. */
  readonly later?: number;
}

const askPaid = async (source: ReadSource, { root }: SectorRef, span: ReadSpan, signal?: AbortSignal): Promise<LeafRange> => {
  const { link, authorization, egress, purse } = source;
  const { from, count, later = 0 } = span;
  const voucher = await egress.pay({ link, authorization, purse, bytes: count * LEAF_BYTES, later: later * LEAF_BYTES }, signal);
  return link.readLeaves(authorization, { root, from: leaves(from), count: leaves(count), ...(voucher && { voucher }) }, signal);
};

/** Asks once more after a recount if the provider found the voucher too low: reads that were broken off are counted there. */
const ask = async (source: ReadSource, sector: SectorRef, span: ReadSpan, signal?: AbortSignal): Promise<LeafRange> => {
  try {
    return await askPaid(source, sector, span, signal);
  } catch (error) {
    if (!isHoldfastError(error, 'PEER_REFUSED') || !['EGRESS_UNPAID', 'EGRESS_UNFUNDED'].includes(error.data.code)) throw error;
    source.egress.recount(source.authorization.deal);
    return askPaid(source, sector, span, signal);
  }
};

/**
 * Asks for leaves, pays for them where that is due, and verifies them against the sector's root: RANGE_PROOF_INVALID, also for
 * another length.
 */
export const readRange = async (source: ReadSource, sector: SectorRef, span: ReadSpan, signal?: AbortSignal): Promise<Uint8Array> => {
  const { root, leaves: total } = sector;
  const { from, count } = span;
  try {
    const { bytes, proof } = await ask(source, sector, span, signal);
    if (bytes.length !== count * LEAF_BYTES) throw new HoldfastError('RANGE_PROOF_INVALID', { from, count, leaves: total });
    verifyRange({ root, leaves: total, from, bytes, proof });
    return bytes;
  } catch (error) {
    const { deal } = source.authorization;
    if (!signal?.aborted) source.egress.lost(deal);
    source.egress.recount(deal);
    throw error;
  }
};

/** Leaves of a sector, range by range, each verified before it is taken; some ranges at once. */
export const readSpan = async (
  source: ReadSource,
  sector: SectorRef,
  span: Pick<ReadSpan, 'from' | 'count'>,
  { rangeLeaves, rangesInFlight }: Pick<RenterLimits, 'rangeLeaves' | 'rangesInFlight'>,
  signal?: AbortSignal,
): Promise<Uint8Array> => {
  const bytes = new Uint8Array(span.count * LEAF_BYTES);
  const starts = Array.from({ length: Math.ceil(span.count / rangeLeaves) }, (_, range) => range * rangeLeaves);
  await inFlight(starts, rangesInFlight, signal, async (start, either) => {
    const count = Math.min(rangeLeaves, span.count - start);
    const later = span.count - start - count;
    bytes.set(await readRange(source, sector, { from: span.from + start, count, later }, either), start * LEAF_BYTES);
  });
  return bytes;
};

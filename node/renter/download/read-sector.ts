import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { verifyRange } from '../../core/data/range-proof.js';
import { LEAF_BYTES, leaves } from '../../core/units.js';
import type { SectorRef } from '../../core/data/data-set.js';
import type { Authorization, ProviderLink, RangeReader } from '../../ports/link.js';
import type { Egress } from './egress.js';
import type { Purse } from './purse.js';
import type { RenterLimits } from '../limits.js';

/** Whom to read from, for which deal, and what pays for it. */
export interface ReadSource {
  readonly link: ProviderLink;
  readonly authorization: Authorization;
  readonly egress: Egress;
  readonly purse: Purse;
  /** Hears of each range that came, and is what it should be. */
  readonly came?: ((bytes: number) => void) | undefined;
}

/** Leaves `from … from+count−1` of a sector. */
export interface ReadSpan {
  readonly from: number;
  readonly count: number;
}

/** Leaves of a span that are read, each range verified before it counts: RANGE_PROOF_INVALID. */
interface SpanReader extends RangeReader {
  /** Leaves that have come. */
  readonly taken: number;
  /** Asks from what has come on: gives back how many bytes were asked for beyond it, and are lost. */
  again(): number;
}

const createSpanReader = (
  { link, authorization, egress, purse, came }: ReadSource,
  { root, leaves: total }: SectorRef,
  { from: start, count: all }: ReadSpan,
  into: Uint8Array,
  { rangeLeaves, rangesInFlight }: Pick<RenterLimits, 'rangeLeaves' | 'rangesInFlight'>,
  signal?: AbortSignal,
): SpanReader => {
  let [asked, taken] = [0, 0];
  return {
    root,
    get taken() {
      return taken;
    },
    inFlight: rangesInFlight,
    async next() {
      const count = Math.min(rangeLeaves, all - asked);
      const room = into.subarray(asked * LEAF_BYTES, (asked + count) * LEAF_BYTES);
      const from = leaves(start + asked);
      const later = all - asked - count;
      const voucher = await egress.pay({ link, authorization, purse, bytes: count * LEAF_BYTES, later: later * LEAF_BYTES }, signal);
      asked += count;
      return { from, count: leaves(count), voucher, last: later === 0, into: room };
    },
    take({ from, count, into: room }, { bytes, proof }) {
      if (bytes.length !== count * LEAF_BYTES) throw new HoldfastError('RANGE_PROOF_INVALID', { from, count, leaves: total });
      verifyRange({ root, leaves: total, from, bytes, proof });
      const isThere = bytes.buffer === room?.buffer && bytes.byteOffset === room.byteOffset;
      if (!isThere) room?.set(bytes);
      taken += count;
      came?.(bytes.length);
    },
    again: () => {
      const lost = (asked - taken) * LEAF_BYTES;
      asked = taken;
      return lost;
    },
  };
};

const isUnderpaid = (error: unknown): boolean =>
  isHoldfastError(error, 'PEER_REFUSED') && ['EGRESS_UNPAID', 'EGRESS_UNFUNDED'].includes(error.data.code);

/** Asks on after a recount where the provider found a voucher too low, reads that were broken off being counted there: once for what comes next. */
const readPaid = async ({ link, authorization, egress }: ReadSource, reader: SpanReader, signal?: AbortSignal): Promise<void> => {
  for (let counted = -1; ;) {
    try {
      return await link.readLeaves(authorization, reader, signal);
    } catch (error) {
      if (!isUnderpaid(error) || counted === reader.taken) throw error;
      counted = reader.taken;
      egress.recount(authorization.deal, reader.again());
    }
  }
};

/**
 * Leaves of a sector, range by range on one stream, some asked for ahead, into `into` or a new array. Each range is paid for where that is due, and
 * verified against the sector's root before the next is taken: RANGE_PROOF_INVALID, also for another length.
 */
export const readSpan = async (
  source: ReadSource,
  sector: SectorRef,
  span: ReadSpan,
  limits: Pick<RenterLimits, 'rangeLeaves' | 'rangesInFlight'>,
  signal?: AbortSignal,
  into: Uint8Array = new Uint8Array(span.count * LEAF_BYTES),
): Promise<Uint8Array> => {
  try {
    await readPaid(source, createSpanReader(source, sector, span, into, limits, signal), signal);
    return into;
  } catch (error) {
    const { deal } = source.authorization;
    if (!signal?.aborted) source.egress.lost(deal);
    source.egress.recount(deal);
    throw error;
  }
};

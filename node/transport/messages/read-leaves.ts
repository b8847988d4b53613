import { LEAF_BYTES, SECTOR_LEAVES, type Hash } from '../../core/units.js';
import type { AskedRange, Authorization } from '../../ports/link.js';
import { bytesOf, flag, listOf, maybe, record } from './codec.js';
import { authorizationField, hashField, leavesField, voucherField } from './fields.js';
import { FRAME_BYTES } from '../limits.js';
import { defineMessage } from './message.js';

/** Most leaves one answer carries. */
export const READ_LEAVES = FRAME_BYTES / LEAF_BYTES;
/** Boundary siblings of a range in a sector: at most two for each of the 17 levels. */
const PROOF_HASHES = 2 * Math.log2(SECTOR_LEAVES);

/** A range, what pays for it where the deal's egress has a price, and whether it is the last of its stream. */
export interface RangeRequest extends Omit<AskedRange, 'into'> {
  readonly voucher: AskedRange['voucher'];
}

const rangeField = record<RangeRequest>({
  from: leavesField(0, SECTOR_LEAVES - 1),
  count: leavesField(1, READ_LEAVES),
  voucher: maybe(voucherField),
  last: flag,
});

/** Opens a stream on which ranges of one sector are read, with the first of them. */
export interface ReadLeavesRequest {
  readonly authorization: Authorization;
  readonly root: Hash;
  readonly first: RangeRequest;
}

export const readLeavesRequest = defineMessage<ReadLeavesRequest>(
  'read-leaves request',
  1_024,
  record({ authorization: authorizationField, root: hashField, first: rangeField }),
);

/** Another range of the same sector. */
export const nextRangeRequest = defineMessage<RangeRequest>('next-range request', 512, rangeField);

export interface ReadLeavesAnswer {
  readonly proof: readonly Uint8Array[];
}

/** Answers each range, in the order in which they were asked for. The leaves follow in one frame of raw bytes. */
export const readLeavesAnswer = defineMessage<ReadLeavesAnswer>(
  'read-leaves answer',
  2_048,
  record({ proof: listOf(bytesOf(32, 32), PROOF_HASHES) }),
);

import { LEAF_BYTES, SECTOR_LEAVES } from '../../core/units.js';
import type { Voucher } from '../../core/market/voucher.js';
import type { Authorization, ReadRequest } from '../../ports/link.js';
import { bytesOf, listOf, maybe, record } from './codec.js';
import { authorizationField, hashField, leavesField, voucherField } from './fields.js';
import { FRAME_BYTES } from '../limits.js';
import { defineMessage } from './message.js';

/** Most leaves one answer carries. */
export const READ_LEAVES = FRAME_BYTES / LEAF_BYTES;
/** Boundary siblings of a range in a sector: at most two for each of the 17 levels. */
const PROOF_HASHES = 2 * Math.log2(SECTOR_LEAVES);

export interface ReadLeavesRequest {
  readonly authorization: Authorization;
  readonly range: Omit<ReadRequest, 'voucher'>;
  /** Pays for the read, where the deal's egress has a price. */
  readonly voucher: Voucher | undefined;
}

export const readLeavesRequest = defineMessage<ReadLeavesRequest>(
  'read-leaves request',
  1_024,
  record({
    authorization: authorizationField,
    range: record({ root: hashField, from: leavesField(0, SECTOR_LEAVES - 1), count: leavesField(1, READ_LEAVES) }),
    voucher: maybe(voucherField),
  }),
);

export interface ReadLeavesAnswer {
  readonly proof: readonly Uint8Array[];
}

/** The leaves follow in one frame of raw bytes. */
export const readLeavesAnswer = defineMessage<ReadLeavesAnswer>(
  'read-leaves answer',
  2_048,
  record({ proof: listOf(bytesOf(32, 32), PROOF_HASHES) }),
);

import { z } from 'zod/v4';
import { addressText, dealText, weiText } from '../../disk/unit-schemas.js';
import type { Announced, DealDoubt, FailedCheck, Spending } from '../../ports/upkeep-memory.js';
import { rowsOf } from './row-codec.js';

const count = z.int().min(1);
const time = z.number();

/** Formats of the rows that looking after stored files remembers by. */
export const upkeepFormats = {
  failedCheck: rowsOf<FailedCheck>(1, z.object({ provider: addressText, check: z.string(), times: count, since: time, last: time })),
  doubt: rowsOf<DealDoubt>(1, z.object({ deal: dealText, check: z.string(), times: count, last: time })),
  spending: rowsOf<Spending>(1, z.object({ id: z.string(), amount: weiText, at: time })),
  announced: rowsOf<Announced>(1, z.object({ id: z.string(), times: count, at: time })),
} as const;

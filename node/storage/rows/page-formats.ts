import { z } from 'zod/v4';
import { sectorField } from '../../disk/revision-schemas.js';
import { dealText, hashText } from '../../disk/unit-schemas.js';
import type { DealtPageShard, LandedPage, PagingState } from '../../ports/catalogue-pages.js';
import type { Hash } from '../../core/units.js';
import { rowsOf } from './row-codec.js';

const count = z.int().min(0);
const span = { page: z.string(), machine: z.string(), from: count, to: count };
const shard = z.object({ ...span, k: count, n: count, index: count, deal: dealText, sector: sectorField });

/** What is kept of how far a catalogue has been written into the deals. */
export type PagesState = Omit<PagingState, 'last'>;

/** Formats of the rows by which a catalogue knows its pages in the deals. */
export const pageFormats = {
  paging: rowsOf<PagesState>(1, z.object({ machine: z.string(), covered: count, told: count, floor: count })),
  page: rowsOf<LandedPage>(1, z.object({ ...span, bytes: count, shards: z.array(shard) })),
  pageShard: rowsOf<DealtPageShard>(1, shard),
  pageTail: rowsOf<Hash>(1, hashText),
} as const;

import { z } from 'zod/v4';
import { sectorField } from '../../disk/revision-schemas.js';
import { dealText, hashText, periodNumber } from '../../disk/unit-schemas.js';
import type { Board, Share } from '../../ports/catalogue-shares.js';
import { rowsOf } from './row-codec.js';

const count = z.int().min(0);
const manifest = z.object({ share: z.string(), tag: z.string(), number: count, sector: sectorField });

/** Formats of the rows that say what is shared, and where that is written. */
export const shareFormats = {
  share: rowsOf<Share>(
    1,
    z.object({
      id: z.string(),
      name: z.string(),
      object: z.string().optional(),
      until: periodNumber,
      sharedAt: z.number(),
      number: count,
      said: hashText.optional(),
    }),
  ),
  board: rowsOf<Board>(1, z.object({ deal: dealText, sector: sectorField, manifests: z.array(manifest), before: sectorField.optional() })),
} as const;

import { createMemoryRows } from '../../node/storage/rows/memory-rows.js';
import type { Rows } from '../../node/storage/rows/rows.js';

/** The same rows once more, as a copied home has them. */
export const copyOf = async (rows: Rows): Promise<Rows> => {
  const copy = createMemoryRows();
  const all: { key: string; value: Uint8Array }[] = [];
  for await (const [key, value] of rows.under('')) all.push({ key, value });
  await copy.write(all);
  return copy;
};

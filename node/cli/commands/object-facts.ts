import type { ObjectRecord } from '../../ports/catalogue.js';

/** An object as JSON. */
export const objectFacts = ({ id, name, bytes, sha256, storedAt, k, n, state }: ObjectRecord): Record<string, unknown> => ({
  id,
  name,
  bytes,
  sha256,
  storedAt,
  k,
  n,
  state,
});

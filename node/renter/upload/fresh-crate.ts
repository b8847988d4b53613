import type { Crate } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import { freshId } from '../fresh-id.js';

/** A crate in which nothing lies yet, called after the files that go into it. */
export const freshCrate = (
  { clock }: Pick<RenterContext, 'clock'>,
  names: readonly string[],
  { k, n }: { readonly k: number; readonly n: number },
): Crate => {
  const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
  return { state: 'crate', id: freshId(), name: `${names[0] ?? ''}${more}`, storedAt: clock.now(), k, n, slabs: 0 };
};

import { hash, leaves, LEAVES_PER_GIB, type DealId } from '../../../../../node/core/units.js';
import type { Change } from '../../market/market.js';
import { aloneAndBatched, type Verb } from './verb.js';

/** Other content of the same size, as after sectors were exchanged. Nothing of it is ever proven. */
const exchanged: Change['set'] = { root: hash(`0x${'e1'.repeat(32)}`), leaves: leaves(LEAVES_PER_GIB), sectors: 256 };
/** An eighth more, as after a file was added: eleven units of weight instead of nine. */
const grown: Change['set'] = { root: hash(`0x${'e2'.repeat(32)}`), leaves: leaves((LEAVES_PER_GIB / 8) * 9), sectors: 288 };

/** See {@link revisionVerbs}. */
export const newLevel: Verb = {
  function: 'commit',
  kind: 'first, a new level',
  measure: async ({ send, openMore, commit, outsider, gibibyte }) => {
    const [deal] = (await openMore(1)).deals;
    return send(outsider, commit(deal as DealId, { set: gibibyte }));
  },
};

/**
 * Revisions, posted by whoever has both signatures:
 * - `commit first`: the first one of a deal, in a slot that no deal had before;
 * - `commit first, a new level`: the same when the sum tree is full, with 4^k deals as every number of deals here is: a node on
 *   each level and a new level on top;
 * - `commit more`: the usual one, with more data and a later end, so that root, rate and weight change, up the whole tree;
 * - `commit same`: as much data as before: the tree stays as it is.
 * The last two settle the rent that is due.
 */
export const revisionVerbs: readonly Verb[] = [
  ...aloneAndBatched({ function: 'commit', kind: 'first', adds: 1 }, async (bench, items) => {
    const { deals } = await bench.openMore(items);
    return { from: bench.outsider, calls: await bench.commitEach(deals, { set: bench.gibibyte }) };
  }),
  newLevel,
  ...aloneAndBatched({ function: 'commit', kind: 'more' }, async (bench, items) => ({
    from: bench.outsider,
    calls: await bench.commitEach(bench.spread(items), { set: grown }),
  })),
  ...aloneAndBatched({ function: 'commit', kind: 'same' }, async (bench, items) => ({
    from: bench.outsider,
    calls: await bench.commitEach(bench.spread(items), { set: exchanged }),
  })),
];

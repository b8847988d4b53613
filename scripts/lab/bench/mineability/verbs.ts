import type { DealId } from '../../../../node/core/units.js';
import { NOTHING } from '../../staging/market.js';
import { verbs } from '../gas/verbs.js';
import { newLevel } from '../gas/verbs/revisions.js';
import type { GasBench, Verb } from '../gas/verbs/verb.js';

/** Draws of which the dearest counts. */
const SEEDS = 8;

/** As many periods go unproven as can without a default. */
const missMost = ({ miss, parameters }: GasBench): Promise<void> => miss(parameters.maxMisses - 1);

/** Calls that a provider's account and its deals may need and that find a run of misses first, or do more than the usual. */
const harder: readonly Verb[] = [
  {
    function: 'sync',
    kind: 'of a run of misses',
    measure: async (bench) => {
      await missMost(bench);
      return bench.send(bench.outsider, bench.contracts.market.sync.populateTransaction(bench.provider));
    },
  },
  { function: 'prove', seeds: SEEDS, measure: (bench) => bench.proveNext() },
  {
    function: 'prove',
    kind: 'after a run of misses',
    seeds: SEEDS,
    measure: async (bench) => {
      await missMost(bench);
      return bench.proveNext();
    },
  },
  ...(['settle', 'forfeit'] as const).map((name): Verb => ({
    function: name,
    kind: 'after a run of misses',
    measure: async (bench) => {
      await missMost(bench);
      return bench.send(bench.provider, bench.contracts.market[name].populateTransaction(bench.last));
    },
  })),
  {
    function: 'close',
    kind: 'after a run of misses',
    measure: async (bench) => {
      const { contracts, outsider, gibibyte, last } = bench;
      await bench.send(outsider, bench.commit(last, { set: gibibyte, term: 2 }));
      await missMost(bench);
      return bench.send(outsider, contracts.market.close.populateTransaction(last));
    },
  },
  {
    function: 'expire',
    kind: 'after a run of misses',
    measure: async (bench) => {
      const { contracts, outsider, renter, last } = bench;
      await bench.send(renter, contracts.market.challenge.populateTransaction(last));
      await missMost(bench);
      return bench.send(outsider, contracts.market.expire.populateTransaction(last));
    },
  },
  {
    function: 'commit',
    kind: 'of nothing',
    measure: ({ send, outsider, commit, last }) => send(outsider, commit(last, { set: NOTHING })),
  },
  {
    function: 'commit',
    kind: 'first in a freed slot',
    measure: async ({ contracts: { market }, send, openMore, commit, provider, outsider, gibibyte, last }) => {
      await send(provider, market.forfeit.populateTransaction(last));
      const [deal] = (await openMore(1)).deals;
      return send(outsider, commit(deal as DealId, { set: gibibyte }));
    },
  },
];

/** Every verb of the market and the pool in a transaction of its own, and the harder ones. Of trees that are full `gas` tells. */
export const neededVerbs: readonly Verb[] = [
  ...verbs
    .filter(({ contract, items }) => (contract === undefined || contract === 'RewardPool') && items === undefined)
    .filter((verb) => verb !== newLevel),
  ...harder,
];

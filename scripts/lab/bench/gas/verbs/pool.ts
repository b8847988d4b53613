import type { GasBench, Verb } from './verb.js';

/** Token wei of a sponsorship. */
const AMOUNT = 10n ** 18n;

const sponsor = async ({ contracts: { token, pool }, send, outsider }: GasBench, epoch: bigint) => {
  await send(outsider, token.approve.populateTransaction(pool, 2n * AMOUNT));
  return send(outsider, pool.sponsor.populateTransaction(epoch, AMOUNT));
};

/** Mines until `epochs` epochs have passed. */
const letEpochsPass = async ({ now, goTo, parameters }: GasBench, epochs: number): Promise<void> =>
  goTo((await now()) + epochs * parameters.epochPeriods, 1);

/** The reward pool. A claim also collects the fees of its epoch, as the first one does. */
export const poolVerbs: readonly Verb[] = [
  {
    contract: 'RewardPool',
    function: 'sponsor',
    measure: async (bench) => sponsor(bench, await bench.contracts.market.currentEpoch()),
  },
  {
    contract: 'RewardPool',
    function: 'reclaim',
    measure: async (bench) => {
      const { contracts, send, outsider } = bench;
      const next = (await contracts.market.currentEpoch()) + 1n;
      await sponsor(bench, next);
      await letEpochsPass(bench, 2);
      return send(outsider, contracts.pool.reclaim.populateTransaction(next));
    },
  },
  {
    contract: 'RewardPool',
    function: 'claim',
    measure: async (bench) => {
      const { contracts, send, outsider, provider } = bench;
      const epoch = await contracts.market.currentEpoch();
      await letEpochsPass(bench, 1);
      return send(outsider, contracts.pool.claim.populateTransaction(provider, [epoch]));
    },
  },
];

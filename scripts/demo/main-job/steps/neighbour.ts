import { join } from 'node:path';
import type { Deal } from '../../../../node/core/market/deal.js';
import type { Address } from '../../../../node/core/units.js';
import { short } from './store-files.js';
import type { Stage } from '../stage.js';

const FILE = join(import.meta.dirname, '../../../../LICENSE');

/**
 * A neighbour stores a small file of its own, at so many providers that at least one of them holds the renter's shards too.
 * Returns its providers.
 */
export const storeForNeighbour = async (stage: Stage, periods: number): Promise<ReadonlySet<Address>> => {
  const { neighbour, providers, code, narrator, signal } = stage;
  const n = providers.length - code.n + 1;
  const args = ['put', FILE, '--name', 'small', '--k', '1', '--n', String(n), '--periods', String(periods)];
  await neighbour.holdfast(args, { signal });
  const deals = await neighbourDeals(stage);
  narrator.say(`a neighbour stores a small file of its own, in deals ${deals.map(({ id }) => short(id)).join(', ')}`);
  return new Set(deals.map(({ provider }) => provider));
};

/** The neighbour's deals. */
export const neighbourDeals = async ({ reader, neighbourWallet, signal }: Stage): Promise<readonly Deal[]> => {
  const deals = await reader.deals(await reader.dealIdsOf('renter', neighbourWallet, signal), signal);
  return deals.filter((deal) => deal !== undefined);
};

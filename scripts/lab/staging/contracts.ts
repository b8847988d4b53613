import type { ContractRunner } from 'ethers';
import { HoldToken__factory } from '../../../node/chain/contracts/factories/HoldToken__factory.js';
import { IMarketView__factory } from '../../../node/chain/contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from '../../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../../../node/chain/contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import type { Plan } from '../../deploy/plan.js';

/** Where the contracts of a market are. */
export type StagedAddresses = Pick<Plan['addresses'], 'market' | 'registry' | 'token' | 'rewardPool' | 'view' | 'vault'>;

/** The contracts as they are: `populateTransaction` of a verb is its raw call, and what reads is read through `runner`. */
export const connectContracts = (addresses: StagedAddresses, runner: ContractRunner) => ({
  market: IStorageMarket__factory.connect(addresses.market, runner),
  registry: IProviderRegistry__factory.connect(addresses.registry, runner),
  token: HoldToken__factory.connect(addresses.token, runner),
  pool: IRewardPool__factory.connect(addresses.rewardPool, runner),
  view: IMarketView__factory.connect(addresses.view, runner),
  vault: addresses.vault,
});

export type StagedContracts = ReturnType<typeof connectContracts>;

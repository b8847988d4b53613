import { readFile } from 'node:fs/promises';
import type { Artifact } from '@nomicfoundation/ignition-core';
import type { ContractRole } from '../../node/chain/market/market-book.js';

/** Name and source file of the contract of each role. */
const sources = {
  token: ['HoldToken', 'HoldToken.sol'],
  registry: ['ProviderRegistry', 'ProviderRegistry.sol'],
  vault: ['Vault', 'Vault.sol'],
  market: ['StorageMarket', 'StorageMarket.sol'],
  verbBody: ['VerbBody', 'market/verbs/VerbBody.sol'],
  rewardPool: ['RewardPool', 'RewardPool.sol'],
  view: ['MarketView', 'MarketView.sol'],
} as const satisfies Record<ContractRole, readonly [string, string]>;

/** What Hardhat wrote for each contract of a deployment. */
export type Artifacts = Readonly<Record<ContractRole, Artifact>>;

const read = async (path: string): Promise<Artifact> => {
  const url = new URL(`../../artifacts/contracts/${path}`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Artifact;
};

/** Reads what `hardhat build` wrote for the contracts of a deployment. */
export const readArtifacts = async (): Promise<Artifacts> => {
  const entries = await Promise.all(
    Object.entries(sources).map(async ([role, [name, file]]) => [role, await read(`${file}/${name}.json`)] as const),
  );
  return Object.fromEntries(entries) as Record<ContractRole, Artifact>;
};

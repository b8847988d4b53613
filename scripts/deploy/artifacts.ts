import { readFile } from 'node:fs/promises';
import type { InterfaceAbi } from 'ethers';

/** Where the source of each contract of a deployment lies; the market deploys `Deals` itself. */
const sources = {
  HoldToken: 'HoldToken.sol',
  ProviderRegistry: 'ProviderRegistry.sol',
  Vault: 'Vault.sol',
  StorageMarket: 'StorageMarket.sol',
  Deals: 'market/Deals.sol',
  MarketView: 'MarketView.sol',
} as const;

/** A contract of a deployment. */
export type ContractName = keyof typeof sources;

/** All of them. */
export const contractNames = Object.keys(sources) as ContractName[];

/** What Hardhat wrote for a contract. */
export interface Artifact {
  readonly abi: InterfaceAbi;
  /** Code that deploys, as hex. */
  readonly bytecode: string;
  /** Code that stays on chain, as hex. */
  readonly deployedBytecode: string;
}

/** Reads what `hardhat build` wrote for contract `name`. */
export const readArtifact = async (name: ContractName): Promise<Artifact> => {
  const url = new URL(`../../artifacts/contracts/${sources[name]}/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Artifact;
};

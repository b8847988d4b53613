import { readFile } from 'node:fs/promises';
import type { InterfaceAbi } from 'ethers';

/** The contracts of a deployment. */
export type ContractName = 'HoldToken' | 'ProviderRegistry' | 'Vault' | 'StorageMarket' | 'MarketView';

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
  const url = new URL(`../../artifacts/contracts/${name}.sol/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(url, 'utf8')) as Artifact;
};

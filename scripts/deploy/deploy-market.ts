import { ContractFactory, getCreateAddress, type Signer, type TransactionReceipt } from 'ethers';
import type { MarketParameters } from '../../node/core/deal.js';
import { address, blockNumber, hash, type Address, type BlockNumber, type Hash, type Wei } from '../../node/core/units.js';
import { readArtifact, type ContractName } from './artifacts.js';

/** The token of a new network. */
export interface TokenTerms {
  /** Who gets the whole supply. */
  readonly holder: string;
  /** Token wei. */
  readonly supply: Wei;
  /** Token wei that one draw from the faucet mints; zero for a token without faucet. */
  readonly faucetAmount: Wei;
}

export interface DeployOptions {
  /** Pays for the deployment. Nothing else may use its account meanwhile, since addresses follow from its nonce. */
  readonly signer: Signer;
  readonly parameters: MarketParameters;
  readonly token: TokenTerms;
}

/** Where everything is, named as in an address book. */
export interface MarketAddresses {
  readonly token: Address;
  readonly registry: Address;
  readonly vault: Address;
  readonly market: Address;
  readonly view: Address;
  /** The block that the market was deployed in, its period 1 starts there. */
  readonly deployment: { readonly block: BlockNumber; readonly hash: Hash };
}

const deploy = async (signer: Signer, name: ContractName, inputs: readonly unknown[]): Promise<TransactionReceipt> => {
  const { abi, bytecode } = await readArtifact(name);
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...inputs);
  const receipt = await contract.deploymentTransaction()?.wait();
  if (!receipt?.contractAddress) throw new Error(`${name} was not deployed`);
  return receipt;
};

/**
 * Deploys a token, a registry, a vault, the market and its view, one after the other. Vault and market name each other:
 * the vault is told the address that the market will get.
 */
export const deployMarket = async ({ signer, parameters, token: terms }: DeployOptions): Promise<MarketAddresses> => {
  const place = async (name: ContractName, ...inputs: readonly unknown[]): Promise<Address> =>
    address((await deploy(signer, name, inputs)).contractAddress ?? '');

  const token = await place('HoldToken', terms.holder, terms.supply, terms.faucetAmount);
  const registry = await place('ProviderRegistry');
  const from = await signer.getAddress();
  const nonce = await signer.getNonce();
  const vault = await place('Vault', token, getCreateAddress({ from, nonce: nonce + 1 }));
  const { contractAddress, blockNumber: block, blockHash } = await deploy(signer, 'StorageMarket', [vault, registry, parameters]);
  const market = address(contractAddress ?? '');
  const view = await place('MarketView', market);
  return { token, registry, vault, market, view, deployment: { block: blockNumber(block), hash: hash(blockHash) } };
};

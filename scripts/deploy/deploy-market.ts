import { ContractFactory, getCreateAddress, type Provider, type Signer, type TransactionReceipt } from 'ethers';
import type { Book } from '../../node/app/book.js';
import { contractRoles, type ContractRole } from '../../node/chain/market-contracts.js';
import { fromHex } from '../../node/core/bytes.js';
import type { MarketParameters } from '../../node/core/deal.js';
import { keccak256 } from '../../node/core/keccak.js';
import { address, blockNumber, hash, type Address, type Hash, type Wei } from '../../node/core/units.js';
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

/** What a deployment leaves behind, named as in an address book. */
export type DeployedMarket = Pick<Book, 'genesis' | ContractRole | 'parameters' | 'deployment' | 'code'>;

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
export const deployMarket = async ({ signer, parameters, token: terms }: DeployOptions): Promise<DeployedMarket> => {
  const place = async (name: ContractName, ...inputs: readonly unknown[]): Promise<Address> =>
    address((await deploy(signer, name, inputs)).contractAddress ?? '');

  const token = await place('HoldToken', terms.holder, terms.supply, terms.faucetAmount);
  const registry = await place('ProviderRegistry');
  const from = await signer.getAddress();
  const nonce = await signer.getNonce();
  const vault = await place('Vault', token, getCreateAddress({ from, nonce: nonce + 1 }));
  const receipt = await deploy(signer, 'StorageMarket', [vault, registry, parameters]);
  const market = address(receipt.contractAddress ?? '');
  const view = await place('MarketView', market);
  const deals = address(getCreateAddress({ from: market, nonce: 1 }));
  const addresses = { token, registry, vault, market, deals, view };
  const provider = signer.provider as Provider;
  const codeOf = async (role: ContractRole): Promise<Hash> => keccak256(fromHex(await provider.getCode(addresses[role])));
  const codes = await Promise.all(contractRoles.map(async (role) => [role, await codeOf(role)] as const));
  return {
    genesis: hash((await provider.getBlock(0))?.hash ?? ''),
    ...addresses,
    parameters,
    deployment: { block: blockNumber(receipt.blockNumber), hash: hash(receipt.blockHash), transaction: hash(receipt.hash) },
    code: Object.fromEntries(codes) as Record<ContractRole, Hash>,
  };
};

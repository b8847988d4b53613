import type { MarketParameters } from '../../core/market/deal.js';
import type { ChainFamily } from '../../core/market/networks.js';
import type { Address, BlockNumber, Hash } from '../../core/units.js';

/** The contracts of a deployment, as an address book names them. */
export const contractRoles = ['token', 'registry', 'vault', 'market', 'verbBody', 'rewardPool', 'view'] as const;

/** A contract of a deployment. `verbBody` is the market's second body of code, deployed before it. */
export type ContractRole = (typeof contractRoles)[number];

/** What an address book says of a market: all of it is compared with the chain. */
export interface MarketBook extends Readonly<Record<ContractRole, Address>> {
  readonly chainId: bigint;
  readonly family: ChainFamily;
  readonly parameters: MarketParameters;
  /** First block of period 1: the one that the body of verbs was deployed in. */
  readonly genesisBlock: BlockNumber;
  /** The block that the market was deployed in. */
  readonly deployment: { readonly block: BlockNumber; readonly hash: Hash };
  /** Keccak-256 of each contract's code. */
  readonly code: Readonly<Record<ContractRole, Hash>>;
}

/** Folder name of one market, so that two of them never share a file. */
export const marketFolder = (book: MarketBook): string => `${book.chainId}-${book.market.slice(2)}-${book.deployment.hash.slice(2, 18)}`;

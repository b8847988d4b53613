import { fromHex } from '../../core/data/bytes.js';
import type { MarketParameters } from '../../core/market/deal.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { keccak256 } from '../../core/data/keccak.js';
import { address, type Address, type Hash } from '../../core/units.js';
import { IHoldToken__factory } from '../contracts/factories/interfaces/IHoldToken__factory.js';
import { IMarketView__factory } from '../contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from '../contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IRewardPool__factory } from '../contracts/factories/interfaces/IRewardPool__factory.js';
import { IStorageMarket__factory } from '../contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from '../contracts/factories/interfaces/IVault__factory.js';
import type { IHoldToken } from '../contracts/interfaces/IHoldToken.js';
import type { IMarketView } from '../contracts/interfaces/IMarketView.js';
import type { IProviderRegistry } from '../contracts/interfaces/IProviderRegistry.js';
import type { IRewardPool } from '../contracts/interfaces/IRewardPool.js';
import type { IStorageMarket } from '../contracts/interfaces/IStorageMarket.js';
import { contractRoles, type ContractRole, type MarketBook } from './market-book.js';
import { parametersFrom } from './records.js';
import type { Rpc } from '../rpc/rpc.js';

/** The contracts of one market, typed, behind one RPC. */
export interface MarketContracts {
  readonly market: IStorageMarket;
  readonly registry: IProviderRegistry;
  readonly token: IHoldToken;
  readonly rewardPool: IRewardPool;
  readonly view: IMarketView;
  readonly addresses: {
    readonly market: Address;
    readonly registry: Address;
    readonly vault: Address;
    readonly token: Address;
    readonly rewardPool: Address;
    readonly view: Address;
  };
}

/** The same contracts behind another provider. */
export const connectedTo = (contracts: MarketContracts, provider: Rpc['provider']): MarketContracts => ({
  market: contracts.market.connect(provider),
  registry: contracts.registry.connect(provider),
  token: contracts.token.connect(provider),
  rewardPool: contracts.rewardPool.connect(provider),
  view: contracts.view.connect(provider),
  addresses: contracts.addresses,
});

const requireSame = (what: string, expected: unknown, found: unknown): void => {
  if (expected === found) return;
  throw new HoldfastError('DEPLOYMENT_MISMATCH', { what, expected: String(expected), found: String(found) });
};

/**
 * Hash of the deployment's block as the chain tells it. Where headers are not Ethereum's, RPCs often serve the last hours
 * only; there a refusal is no sign of another chain, and code and parameters have to do.
 */
const readDeploymentHash = async ({ provider }: Rpc, { family, deployment }: MarketBook): Promise<string> => {
  const missing = family === 'other' ? deployment.hash : 'unknown';
  const block = await provider.getBlock(deployment.block).catch((error: unknown) => {
    if (family === 'other' && !isHoldfastError(error)) return null;
    throw error;
  });
  return block?.hash ?? missing;
};

/** Keccak-256 of the code at `account`, or `no code`. */
const readCodeHash = async ({ provider }: Rpc, account: Address): Promise<Hash | 'no code'> => {
  const code = await provider.getCode(account);
  return code === '0x' ? 'no code' : keccak256(fromHex(code));
};

/** Refuses an RPC that has not come to the deployment yet: what it lacks is no sign of another chain. */
const requireCaughtUp = async ({ provider, url }: Rpc, { deployment }: MarketBook): Promise<void> => {
  const block = await provider.getBlockNumber();
  if (block < deployment.block) throw new HoldfastError('RPC_BEHIND', { url, block, deployment: deployment.block });
};

/** Everything that {@link connectMarket} compares, asked for at once. Contracts that are not there answer with 0x. */
const readCodeAndBlock = async (rpc: Rpc, book: MarketBook): Promise<readonly [string, Readonly<Record<ContractRole, string>>]> => {
  const [hash, ...codes] = await Promise.all([
    readDeploymentHash(rpc, book),
    ...contractRoles.map(async (role) => readCodeHash(rpc, book[role])),
  ]);
  return [hash, Object.fromEntries(contractRoles.map((role, index) => [role, codes[index] ?? 'no code'])) as Record<ContractRole, string>];
};

/** Refuses contracts that name other neighbours, or other parameters, than the book does. */
const requireBound = async (rpc: Rpc, book: MarketBook, contracts: MarketContracts, signal?: AbortSignal): Promise<void> => {
  const { market, registry, view, rewardPool } = contracts;
  const vault = IVault__factory.connect(book.vault, rpc.provider);
  const [parameters, genesis, ...neighbours] = await rpc.read(
    async () =>
      Promise.all([
        market.parameters(),
        market.genesisBlock(),
        market.registry(),
        market.vault(),
        market.rewardPool(),
        market.verbBody(),
        registry.market(),
        rewardPool.market(),
        view.market(),
        vault.token(),
        vault.market(),
      ]),
    signal,
  );
  const [asked, marketVault, pool, body, registryMarket, poolMarket, viewed, token, vaultMarket] = neighbours.map(address);
  requireSame('registry that the market asks', book.registry, asked);
  requireSame('vault of the market', book.vault, marketVault);
  requireSame('reward pool of the market', book.rewardPool, pool);
  requireSame('body of verbs of the market', book.verbBody, body);
  requireSame('market that the registry tells of lock limits', book.market, registryMarket);
  requireSame('market whose fees the pool shares', book.market, poolMarket);
  requireSame('market that the view reads', book.market, viewed);
  requireSame('token in the vault', book.token, token);
  requireSame('market that the vault obeys', book.market, vaultMarket);
  requireSame('first block of the market', book.genesisBlock, Number(genesis));
  const found = parametersFrom(parameters);
  for (const name of Object.keys(found) as (keyof MarketParameters)[]) {
    requireSame(`parameter ${name}`, book.parameters[name], found[name]);
  }
};

/**
 * Finds the market that `book` names and makes sure that it is that one: chain id, hash of the deployment's block, code of
 * every contract, whom they name, parameters. WRONG_CHAIN, RPC_BEHIND, MARKET_MISSING, DEPLOYMENT_MISMATCH with what differs.
 */
export const connectMarket = async (rpc: Rpc, book: MarketBook, signal?: AbortSignal): Promise<MarketContracts> => {
  const { url, provider } = rpc;
  if (rpc.chainId !== book.chainId) throw new HoldfastError('WRONG_CHAIN', { url, expected: book.chainId, actual: rpc.chainId });
  const [hash, code] = await rpc.read(async () => readCodeAndBlock(rpc, book), signal);
  if (hash === 'unknown' || code.market === 'no code') await rpc.read(async () => requireCaughtUp(rpc, book), signal);
  if (code.market === 'no code') throw new HoldfastError('MARKET_MISSING', { url, market: book.market });
  requireSame(`hash of block ${book.deployment.block}`, book.deployment.hash, hash);
  for (const role of contractRoles) requireSame(`code of the ${role}`, book.code[role], code[role]);

  const { market, registry, vault, token, rewardPool, view } = book;
  const contracts: MarketContracts = {
    market: IStorageMarket__factory.connect(market, provider),
    registry: IProviderRegistry__factory.connect(registry, provider),
    token: IHoldToken__factory.connect(token, provider),
    rewardPool: IRewardPool__factory.connect(rewardPool, provider),
    view: IMarketView__factory.connect(view, provider),
    addresses: { market, registry, vault, token, rewardPool, view },
  };
  await requireBound(rpc, book, contracts, signal);
  return contracts;
};

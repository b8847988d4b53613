import { HoldfastError } from '../core/errors.js';
import { address, type Address, type BlockNumber, type Hash } from '../core/units.js';
import { IHoldToken__factory } from './contracts/factories/interfaces/IHoldToken__factory.js';
import { IMarketView__factory } from './contracts/factories/interfaces/IMarketView__factory.js';
import { IProviderRegistry__factory } from './contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from './contracts/factories/interfaces/IStorageMarket__factory.js';
import { IVault__factory } from './contracts/factories/interfaces/IVault__factory.js';
import type { IHoldToken } from './contracts/interfaces/IHoldToken.js';
import type { IMarketView } from './contracts/interfaces/IMarketView.js';
import type { IProviderRegistry } from './contracts/interfaces/IProviderRegistry.js';
import type { IStorageMarket } from './contracts/interfaces/IStorageMarket.js';
import type { Rpc } from './rpc.js';

/** What an address book says of a market; the other addresses are asked of the chain. */
export interface MarketBook {
  readonly chainId: bigint;
  readonly market: Address;
  readonly view: Address;
  /** The block that the market was deployed in. */
  readonly deployment: { readonly block: BlockNumber; readonly hash: Hash };
}

/** The contracts of one market, typed, behind one RPC. */
export interface MarketContracts {
  readonly market: IStorageMarket;
  readonly registry: IProviderRegistry;
  readonly token: IHoldToken;
  readonly view: IMarketView;
  readonly addresses: {
    readonly market: Address;
    readonly registry: Address;
    readonly vault: Address;
    readonly token: Address;
    readonly view: Address;
  };
}

/** The same contracts behind another provider. */
export const connectedTo = (contracts: MarketContracts, provider: Rpc['provider']): MarketContracts => ({
  market: contracts.market.connect(provider),
  registry: contracts.registry.connect(provider),
  token: contracts.token.connect(provider),
  view: contracts.view.connect(provider),
  addresses: contracts.addresses,
});

const requireSame = (what: string, expected: string, found: string): void => {
  if (expected !== found) throw new HoldfastError('DEPLOYMENT_MISMATCH', { what, expected, found });
};

/**
 * Finds the market that `book` names and makes sure that it is that one: chain id, code, hash of the deployment's block.
 * WRONG_CHAIN, MARKET_MISSING, DEPLOYMENT_MISMATCH.
 */
export const connectMarket = async (rpc: Rpc, book: MarketBook, signal?: AbortSignal): Promise<MarketContracts> => {
  const { url, provider } = rpc;
  if (rpc.chainId !== book.chainId) throw new HoldfastError('WRONG_CHAIN', { url, expected: book.chainId, actual: rpc.chainId });
  const code = await rpc.read(async () => provider.getCode(book.market), signal);
  if (code === '0x') throw new HoldfastError('MARKET_MISSING', { url, market: book.market });
  const { block, hash } = book.deployment;
  const found = await rpc.read(async () => provider.getBlock(block), signal);
  requireSame(`hash of block ${block}`, hash, found?.hash ?? 'unknown');

  const market = IStorageMarket__factory.connect(book.market, provider);
  const view = IMarketView__factory.connect(book.view, provider);
  const [registry, vault, viewed] = (
    await rpc.read(async () => Promise.all([market.registry(), market.vault(), view.market()]), signal)
  ).map(address) as [Address, Address, Address];
  requireSame('market that the view reads', book.market, viewed);
  const token = address(await rpc.read(async () => IVault__factory.connect(vault, provider).token(), signal));
  return {
    market,
    registry: IProviderRegistry__factory.connect(registry, provider),
    token: IHoldToken__factory.connect(token, provider),
    view,
    addresses: { market: book.market, registry, vault, token, view: book.view },
  };
};

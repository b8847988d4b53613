import { join } from 'node:path';
import { JsonRpcProvider, keccak256, toBeHex } from 'ethers';
import { IHoldToken__factory } from '../../../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { IProviderRegistry__factory } from '../../../../node/chain/contracts/factories/interfaces/IProviderRegistry__factory.js';
import { IStorageMarket__factory } from '../../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import type { MarketBook } from '../../../../node/chain/market/contracts.js';
import { LEAVES_PER_GIB, wei } from '../../../../node/core/units.js';
import { deployMarket } from '../../../deploy/deploy-market.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { startGuarded } from '../../../demo/devnet/guarded-process.js';

const STAKE = 10n ** 20n;
/** Token wei per GiB-period of the cheapest; the others ask up to 500 times as much. */
const PRICE = 10n ** 15n;
/** Coin of a sender for its gas. */
const COIN = toBeHex(10n ** 20n);
/** Transactions of one HTTP request, and of one block. */
const BATCH = 500;
/** Blocks between the registrations and the bench: a chain that goes on. */
const BLOCKS_AFTER = 100;

/** A market with many providers on anvil, in a process of its own. */
export interface CrowdedMarket extends AsyncDisposable {
  readonly rpcUrl: string;
  readonly book: MarketBook;
  /** Has `count` providers change their ask, and mines some blocks around it. */
  changeAsks(count: number): Promise<void>;
}

interface Sent {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  /** For a sender of several in one batch. */
  readonly nonce?: string;
}

const registry = IProviderRegistry__factory.createInterface();
const market = IStorageMarket__factory.createInterface();
const token = IHoldToken__factory.createInterface();

const numberOf = (index: number, salt: number): bigint => BigInt(keccak256(toBeHex((BigInt(index) << 8n) + BigInt(salt), 32)));
const accountOf = (index: number): string => toBeHex(numberOf(index, 1) >> 96n, 20);
const askOf = (index: number, salt: number) => ({
  price: PRICE * (1n + (numberOf(index, salt) % 500n)),
  egressPrice: 0n,
  minLeaves: 1n,
  maxLeaves: BigInt(LEAVES_PER_GIB) << (numberOf(index, 3) % 8n),
  maxPeriods: 10n + (numberOf(index, 4) % 200n),
});
const registrationOf = (index: number): string => {
  const peerId = `0x0024080112${'20'}${toBeHex(numberOf(index, 5), 32).slice(2)}`;
  const addresses = `/ip4/203.0.113.${index % 256}/tcp/${1_024 + index}\n/dns4/provider-${index}.example/tcp/4711`;
  return registry.encodeFunctionData('register', [toBeHex(numberOf(index, 6) >> 96n, 20), peerId, addresses, askOf(index, 2)]);
};

const call = async (url: string, requests: readonly { readonly method: string; readonly params: readonly unknown[] }[]): Promise<void> => {
  const body = JSON.stringify(requests.map((request, id) => ({ jsonrpc: '2.0', id, ...request })));
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  for (const { error } of (await response.json()) as { error?: { message: string } }[]) if (error) throw new Error(error.message);
};

const mine = async (url: string, blocks: number): Promise<void> => call(url, [{ method: 'anvil_mine', params: [toBeHex(blocks)] }]);

/** Sends everything, a block for each batch; anvil signs for anybody and gives the coin. It answers a batch in any order. */
const sendAll = async (url: string, all: readonly Sent[]): Promise<void> => {
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = all.slice(from, from + BATCH);
    await call(
      url,
      batch.map((sent) => ({ method: 'anvil_setBalance', params: [sent.from, COIN] })),
    );
    await call(
      url,
      batch.map((sent) => ({ method: 'eth_sendTransaction', params: [{ gas: '0x100000', ...sent }] })),
    );
    await mine(url, 1);
  }
};

/**
 * Deploys a market on a fresh anvil and registers `count` providers, each a sender of its own. Two of three have stake;
 * prices, sizes and lengths differ. `folder` takes the chain's log.
 */
export const createCrowdedMarket = async (count: number, folder: string): Promise<CrowdedMarket> => {
  const binary = `anvil-${process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}/bin/anvil`;
  const chain = await startGuarded({
    name: 'anvil',
    command: join(import.meta.dirname, '../../../../node_modules/@foundry-rs', binary),
    args: ['--port', '0', '--auto-impersonate', '--gas-limit', '1000000000'],
    log: join(folder, 'anvil.log'),
  });
  const [, listening] = await chain.line(/Listening on (127\.0\.0\.1:\d+)/, AbortSignal.timeout(30_000));
  const rpcUrl = `http://${listening}`;
  const provider = new JsonRpcProvider(rpcUrl, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    const signer = await provider.getSigner(0);
    const owner = await signer.getAddress();
    const { parameters } = parametersOf('ethereum-test');
    const terms = { holder: owner, supply: wei(STAKE * BigInt(count)), faucetAmount: wei(0n) };
    const addresses = await deployMarket({ signer, parameters, token: terms });
    const { chainId } = await provider.getNetwork();
    await call(rpcUrl, [{ method: 'evm_setAutomine', params: [false] }]);
    const indices = Array.from({ length: count }, (_, index) => index);
    await sendAll(
      rpcUrl,
      indices.map((index) => ({ from: accountOf(index), to: addresses.registry, data: registrationOf(index) })),
    );
    const approval = token.encodeFunctionData('approve', [addresses.vault, terms.supply]);
    const stakes = indices.filter((index) => index % 3 !== 0).map((index) => market.encodeFunctionData('stake', [accountOf(index), STAKE]));
    await sendAll(rpcUrl, [{ from: owner, to: addresses.token, data: approval }]);
    const nonce = await signer.getNonce();
    await sendAll(
      rpcUrl,
      stakes.map((data, index) => ({ from: owner, to: addresses.market, data, nonce: toBeHex(nonce + index) })),
    );
    await mine(rpcUrl, BLOCKS_AFTER);
    const registered = await IProviderRegistry__factory.connect(addresses.registry, provider).count();
    if (registered !== BigInt(count)) throw new Error(`${registered} of ${count} providers are registered`);
    return {
      rpcUrl,
      book: { ...addresses, chainId, family: 'ethereum' },
      changeAsks: async (some) => {
        const changed = indices.slice(0, some).map((index) => ({
          from: accountOf(index),
          to: addresses.registry,
          data: registry.encodeFunctionData('setAsk', [accountOf(index), askOf(index, 7)]),
        }));
        await mine(rpcUrl, 100);
        await sendAll(rpcUrl, changed);
        await mine(rpcUrl, 100);
      },
      [Symbol.asyncDispose]: async () => void (await chain.stop()),
    };
  } catch (error) {
    await chain.stop();
    throw error;
  } finally {
    provider.destroy();
  }
};

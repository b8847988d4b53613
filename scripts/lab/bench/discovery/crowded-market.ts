import { keccak256, toBeHex } from 'ethers';
import { LEAVES_PER_GIB, wei } from '../../../../node/core/units.js';
import { askOf, type Ask } from '../../staging/asks.js';
import type { PreparedCall } from '../../staging/chain.js';
import { createAnvilMarket, type AnvilMarket } from '../anvil-market.js';

const STAKE = 10n ** 20n;
/** Token wei per GiB-period of the cheapest; the others ask up to 500 times as much. */
const PRICE = 10n ** 15n;
/** Coin of a sender for its gas. */
const COIN = toBeHex(10n ** 20n);
/** Transactions of one HTTP request, and of one block. */
const BATCH = 500;
/** Blocks between the registrations and the bench, and around later changes: a chain that goes on. */
const BLOCKS_AFTER = 100;

/** A market with many providers on anvil, in a process of its own. */
export interface CrowdedMarket extends Pick<AnvilMarket, 'rpcUrl' | 'book'>, AsyncDisposable {
  /** Has `count` providers change their ask, and mines some blocks around it. */
  changeAsks(count: number): Promise<void>;
}

interface Sent extends PreparedCall {
  readonly from: string;
  /** For a sender of several in one batch. */
  readonly nonce?: string;
}

const sentBy = async (from: string, call: Promise<PreparedCall>): Promise<Sent> => {
  const { to, data } = await call;
  return { from, data, ...(to && { to }) };
};

const numberOf = (index: number, salt: number): bigint => BigInt(keccak256(toBeHex((BigInt(index) << 8n) + BigInt(salt), 32)));
const accountOf = (index: number): string => toBeHex(numberOf(index, 1) >> 96n, 20);
const drawAsk = (index: number, salt: number): Ask =>
  askOf({
    price: PRICE * (1n + (numberOf(index, salt) % 500n)),
    maxLeaves: BigInt(LEAVES_PER_GIB) << (numberOf(index, 3) % 8n),
    maxPeriods: 10n + (numberOf(index, 4) % 200n),
  });
const operatorOf = (index: number): string => toBeHex(numberOf(index, 6) >> 96n, 20);
const peerOf = (index: number): string => `0x0024080112${'20'}${toBeHex(numberOf(index, 5), 32).slice(2)}`;
const endpointOf = (index: number): string =>
  `/ip4/203.0.113.${index % 256}/tcp/${1_024 + index}\n/dns4/provider-${index}.example/tcp/4711`;

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

/** Registers all of them, and has the owner stake for two of three. */
const fillMarket = async ({ rpcUrl, contracts, owner }: AnvilMarket, indices: readonly number[]): Promise<void> => {
  const { market, registry, token, vault } = contracts;
  const registrations = indices.map((index) =>
    sentBy(
      accountOf(index),
      registry.register.populateTransaction(operatorOf(index), peerOf(index), endpointOf(index), drawAsk(index, 2), 0n),
    ),
  );
  await sendAll(rpcUrl, await Promise.all(registrations));
  const staked = indices.filter((index) => index % 3 !== 0);
  await sendAll(rpcUrl, [await sentBy(owner.address, token.approve.populateTransaction(vault, STAKE * BigInt(staked.length)))]);
  const nonce = await owner.getNonce();
  const stakes = staked.map(async (index, i) => ({
    ...(await sentBy(owner.address, market.stake.populateTransaction(accountOf(index), STAKE))),
    nonce: toBeHex(nonce + i),
  }));
  await sendAll(rpcUrl, await Promise.all(stakes));
  await mine(rpcUrl, BLOCKS_AFTER);
  const registered = await registry.count();
  if (registered !== BigInt(indices.length)) throw new Error(`${registered} of ${indices.length} providers are registered`);
};

/**
 * Deploys a market on a fresh anvil and registers `count` providers, each a sender of its own. Two of three have stake;
 * prices, sizes and lengths differ. `folder` takes the chain's log and the market's book.
 */
export const createCrowdedMarket = async (count: number, folder: string): Promise<CrowdedMarket> => {
  await using stack = new AsyncDisposableStack();
  const supply = wei(STAKE * BigInt(count));
  const args = ['--auto-impersonate', '--gas-limit', '1000000000'];
  const staged = stack.use(await createAnvilMarket({ folder, network: 'ethereum-test', supply, args }));
  const { rpcUrl, book, contracts } = staged;
  const indices = Array.from({ length: count }, (_, index) => index);
  await staged.provider.send('evm_setAutomine', [false]);
  await fillMarket(staged, indices);
  const resources = stack.move();
  return {
    rpcUrl,
    book,
    changeAsks: async (some) => {
      const changes = indices
        .slice(0, some)
        .map((index) => sentBy(accountOf(index), contracts.registry.setAsk.populateTransaction(accountOf(index), drawAsk(index, 7))));
      await mine(rpcUrl, BLOCKS_AFTER);
      await sendAll(rpcUrl, await Promise.all(changes));
      await mine(rpcUrl, BLOCKS_AFTER);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
};

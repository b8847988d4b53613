import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import type { Book } from '../../../node/app/book/book.js';
import { deployDevnet } from './deploy-devnet.js';
import type { GuardedProcess } from './guarded-process.js';
import { createPerson, type Network, type Person } from './person.js';
import { createNewcomer, enterMarket, runDaemon, type ProviderTerms, type RunningProvider } from './provider.js';
import { openPurse, type Purse } from './purse.js';
import type { ChainClient } from './chain-terms.js';
import { startChain } from './start-chain.js';

/** A chain with a market, and people on it. Disposing it ends every process it started and deletes its folder. */
export interface Devnet extends AsyncDisposable {
  readonly folder: string;
  /** JSON-RPC address of the chain's client itself. */
  readonly control: string;
  readonly network: Network;
  readonly book: Book;
  readonly purse: Purse;
  /** Deleted with everything else, unless this is called. */
  keepFolder(): void;
  /** Makes a renter with a wallet, coin and tokens. */
  addRenter(name: string): Promise<Person>;
  /** Makes `count` providers, each a process of its own, and waits until all serve. */
  addProviders(count: number, terms: ProviderTerms): Promise<readonly RunningProvider[]>;
}

export interface DevnetOptions {
  /** Default: Hardhat's simulated network. */
  readonly client?: ChainClient;
  /** What people run as `holdfast`: command and first arguments. Default: what this checkout has built. */
  readonly program?: readonly [string, ...string[]];
}

/** Coin and tokens that everybody starts with. */
const START = { coin: '100', tokens: '1000000' } as const;
/** Commands of providers that run at once: most of their time they wait for blocks. */
const AT_ONCE = 6;

/**
 * Starts a chain, deploys a market and opens a purse. Everything lies in a new folder for temporary files. When `signal` aborts,
 * commands that run are stopped and no further one is started.
 */
export const startDevnet = async (
  signal: AbortSignal = new AbortController().signal,
  { client = 'hardhat', program }: DevnetOptions = {},
): Promise<Devnet> => {
  await using started = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-devnet-'));
  let keep = false;
  started.defer(() => (keep ? undefined : rm(folder, { recursive: true, force: true })));
  const owner = Wallet.createRandom();
  const chain = await startChain(folder, owner.address, client);
  started.defer(async () => void (await chain.process.stop()));
  const purse = started.use(openPurse(chain.rpc, chain.chainId, owner));
  const { book, path } = await deployDevnet(folder, chain.rpc, purse.wallet);
  const network = { rpc: chain.rpc, book: path, signal, ...(program && { program }) };
  const people = join(folder, 'people');
  await mkdir(people);
  const daemons: GuardedProcess[] = [];
  started.defer(async () => void (await Promise.allSettled(daemons.map((daemon) => daemon.stop()))));
  const running = started.move();

  const addRenter = async (name: string): Promise<Person> => {
    const person = await createPerson(people, name, network);
    const { address } = await person.holdfast(['wallet', 'new']);
    await purse.fund(book.token, [String(address)], START.coin, START.tokens);
    return person;
  };
  const addProviders = async (count: number, terms: ProviderTerms): Promise<readonly RunningProvider[]> => {
    const names = Array.from({ length: count }, (_, index) => `provider-${index + 1}`);
    const newcomers = await mapAtOnce(names, (name) => createNewcomer(people, name, network));
    await purse.fund(
      book.token,
      newcomers.map(({ provider }) => provider),
      START.coin,
      START.tokens,
    );
    await mapAtOnce(newcomers, (newcomer) => enterMarket(newcomer, terms));
    // Daemons look at each block: they begin when all are set up, and take no time from the commands.
    return mapAtOnce(newcomers, async (newcomer) => {
      const daemon = await runDaemon(newcomer.person);
      daemons.push(daemon);
      return { ...newcomer, daemon };
    });
  };
  return {
    folder,
    control: chain.control,
    network,
    book,
    purse,
    keepFolder: () => {
      keep = true;
    },
    addRenter,
    addProviders,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

/** Applies `work` to all items, at most {@link AT_ONCE} at a time, keeping their order. */
const mapAtOnce = async <Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<readonly Result[]> => {
  const results: Result[] = [];
  const queue = items.map((item, index) => ({ item, index }));
  const next = async (): Promise<void> => {
    for (let each = queue.shift(); each; each = queue.shift()) results[each.index] = await work(each.item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return results;
};

import { glanceAtChain, type ChainGlance } from '../../chain/rpc/glance.js';
import type { Deal, ProviderSheet } from '../../core/market/deal.js';
import { networks } from '../../core/market/networks.js';
import { periodAt } from '../../core/market/schedule.js';
import type { Address, Period } from '../../core/units.js';
import type { Balances } from '../../ports/settlement.js';
import type { Book } from '../book/book.js';
import { Closing } from '../closing.js';
import type { Settings } from '../settings/config.js';
import { findBook } from '../book/find-book.js';
import { foldersOf } from '../settings/folders.js';
import { askDaemon, type DaemonAnswer } from '../http/client.js';
import { rpcUrlsOf } from '../settings/rpc-urls.js';
import { keystoreOf, openReader, type ReaderSession } from '../wallet-session.js';
import { createFact, type Fact } from './fact.js';

/** What an RPC address answered, or why it did not. */
export type Answer = { readonly url: string; readonly glance: ChainGlance } | { readonly url: string; readonly error: unknown };

/** What the checks look at. */
export interface Facts {
  readonly settings: Fact<Settings>;
  /** From every RPC of the settings, in order. */
  readonly answers: Fact<readonly Answer[]>;
  /** From the first RPC that answers. */
  readonly chain: Fact<ChainGlance>;
  readonly book: Fact<Book>;
  /** Milliseconds between two blocks: the book's, or the network's. */
  readonly blockMilliseconds: Fact<number>;
  readonly reader: Fact<ReaderSession>;
  readonly wallet: Fact<Address>;
  /** Whether this home folder is a provider's: by the setting, or since it has an operator key. */
  readonly isProvider: Fact<boolean>;
  readonly operator: Fact<Address>;
  /** Owner of the provider: the wallet, unless it is kept elsewhere. */
  readonly owner: Fact<Address>;
  readonly sheet: Fact<ProviderSheet | undefined>;
  /** The wallet's deals, and the period that it is. */
  readonly deals: Fact<{ readonly deals: readonly Deal[]; readonly now: Period }>;
  readonly daemon: Fact<DaemonAnswer>;
  balances(account: Address): Promise<Balances>;
}

/** Longest wait for one answer of an RPC, milliseconds. */
const PATIENCE_MILLISECONDS = 5_000;

const answerFrom = async (url: string, signal: AbortSignal): Promise<Answer> => {
  try {
    return { url, glance: await glanceAtChain(url, { timeoutMilliseconds: PATIENCE_MILLISECONDS, signal }) };
  } catch (error) {
    return { url, error };
  }
};

const usualBlockMilliseconds = ({ chainId }: ChainGlance): number =>
  networks.find((network) => network.chainId === chainId)?.blockMilliseconds ?? 12_000;

/** The facts of one home folder; dispose them to free the chain's sockets. `load` reads the settings. */
export const createFacts = (load: () => Promise<Settings>, signal: AbortSignal): Facts & AsyncDisposable => {
  const opened = new Closing();
  const settings = createFact('usable settings', load);
  const keystore = async () => keystoreOf(await settings.known());
  const answers = createFact('an RPC', async () => {
    const urls = rpcUrlsOf(await settings.known());
    return await Promise.all(urls.map((url) => answerFrom(url, signal)));
  });
  const chain = createFact('an RPC that answers', async () => {
    const all = await answers.known();
    for (const answer of all) if ('glance' in answer) return answer.glance;
    throw new Error('no RPC answers');
  });
  const book = createFact('an address book', async () => await findBook(await settings.known(), signal));
  const reader = createFact("the market's contracts", async () => {
    await book.known();
    await chain.known();
    return opened.use(await openReader(await settings.known(), signal));
  });
  const wallet = createFact('a wallet', async () => await (await keystore()).addressOf('wallet'));
  const owner = createFact('a wallet', async () => (await settings.known()).provider.owner ?? (await wallet.known()));
  return {
    settings,
    answers,
    chain,
    book,
    blockMilliseconds: createFact('a chain', () =>
      book.known().then(
        ({ blockMilliseconds }) => blockMilliseconds,
        async () => usualBlockMilliseconds(await chain.known()),
      ),
    ),
    reader,
    wallet,
    isProvider: createFact(
      'usable settings',
      async () => (await settings.known()).role === 'provider' || (await (await keystore()).has('operator').catch(() => true)),
    ),
    operator: createFact('an operator key', async () => await (await keystore()).addressOf('operator')),
    owner,
    sheet: createFact("the provider's entry", async () => (await reader.known()).reader.provider(await owner.known(), signal)),
    deals: createFact("the wallet's deals", async () => {
      const { reader: market } = await reader.known();
      const [ids, { block }] = await Promise.all([market.dealIdsOf('renter', await wallet.known(), signal), market.head(signal)]);
      const deals = (await market.dealsNow(ids, signal)).filter((deal) => deal !== undefined);
      return { deals, now: periodAt(block, market.genesisBlock, market.parameters.periodBlocks) };
    }),
    daemon: createFact('a running daemon', async () => await askDaemon(foldersOf(await settings.known()).daemonFile, signal)),
    balances: async (account) => await (await reader.known()).reader.balances(account, signal),
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
};

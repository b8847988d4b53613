import { toHex } from '../core/data/bytes.js';
import { createKeySigner } from '../core/keys/signing.js';
import { gasWei, type Address } from '../core/units.js';
import type { Settlement, SettlementReader } from '../ports/settlement.js';
import { heldKey } from './agent/ask-agent.js';
import { readBlockPace } from './block-pace.js';
import type { Book } from './book/book.js';
import type { Settings } from './settings/config.js';
import { findBook } from './book/find-book.js';
import { systemClock } from './clock.js';
import { foldersOf } from './settings/folders.js';
import { createKeystore, type Keystore } from './keys/keystore.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { createLog } from './log.js';
import { rpcUrlsOf } from './settings/rpc-urls.js';

/** How fast the chain of a session is. */
interface Paced {
  /** Milliseconds between two blocks, as measured, for dates and prices per month; as the network means it while that is not known. */
  blockMilliseconds(): Promise<number>;
}

/** A chain that can be read. Disposing it frees its sockets. */
export interface ReaderSession extends AsyncDisposable, Paced {
  readonly book: Book;
  readonly reader: SettlementReader & { close(): void };
}

/** A chain that one key can act on. Disposing it waits for the transaction in hand. */
export interface WalletSession extends AsyncDisposable, Paced {
  readonly book: Book;
  readonly settlement: Settlement;
  /** The key, for what must be derived from it. */
  readonly key: Uint8Array;
}

/** Asks for the password of the wallet. With `agent`, the process that may hold its key is asked first, and no password where it does. */
export interface Unlocking {
  (): Promise<string>;
  readonly agent?: true;
}

/** The keystore of the home folder. */
export const keystoreOf = (settings: Settings): Keystore =>
  createKeystore({ folder: foldersOf(settings).keys, scryptCost: settings.keystore.scryptCost });

/** Wei in a gwei. */
const GWEI = 1e9;

/** Looks at the chain's head, several for each block and at most four a second. */
const pollOf = ({ blockMilliseconds }: Book): number => Math.min(4_000, Math.max(250, Math.round(blockMilliseconds / 8)));

/** Longest rest that is given to an RPC which limits how often it is asked, milliseconds: a quarter of the window, and no more than a minute. */
export const longestRest = ({
  blockMilliseconds,
  parameters,
}: Pick<Book, 'blockMilliseconds'> & { parameters: { windowBlocks: number } }): number =>
  Math.min(60_000, Math.ceil((parameters.windowBlocks * blockMilliseconds) / 4));

/** What a window says of how an RPC that stands still is found out. */
type WindowFacts = Parameters<typeof longestRest>[0];

/**
 * Time between two looks at all RPCs, milliseconds: a sixteenth of the window, between a quarter of a second and 15 s. With
 * {@link mostLag}, one that stands still costs less than half of a window.
 */
export const watchPace = ({ blockMilliseconds, parameters }: WindowFacts): number =>
  Math.min(15_000, Math.max(250, Math.floor((parameters.windowBlocks * blockMilliseconds) / 16)));

/** Blocks that an RPC may be behind another before it is set aside: a quarter of the window, between 2 and 8. */
export const mostLag = ({ parameters }: WindowFacts): number => Math.min(8, Math.max(2, Math.floor(parameters.windowBlocks / 4)));

/** How the chain is reached and what transactions may cost, as the settings say. */
export const chainOptionsOf = (settings: Settings, book: Book) => {
  const { maxGwei, legacy, confirmations, stuckBlocks } = settings.fees;
  return {
    rpcUrl: rpcUrlsOf(settings),
    book,
    agreement: settings.rpcAgreement,
    pollMilliseconds: pollOf(book),
    limitMilliseconds: longestRest(book),
    watchMilliseconds: watchPace(book),
    maxLagBlocks: mostLag(book),
    maxFeePerGas: BigInt(Math.round(maxGwei * GWEI)),
    legacyGas: legacy,
    confirmations,
    stuckBlocks,
  } as const;
};

/** Measures the chain that `reader` reads, once asked. */
const pacedBy = (settings: Settings, book: Book, reader: SettlementReader, signal: AbortSignal): Paced => ({
  blockMilliseconds: () =>
    readBlockPace({
      reader,
      meant: book.blockMilliseconds,
      path: foldersOf(settings).pace(book.chainId),
      now: systemClock.now(),
      signal,
    }),
});

/** Connects to the chain of the settings, to read. */
export const openReader = async (settings: Settings, signal: AbortSignal): Promise<ReaderSession> => {
  rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  // The chain takes half of a command's start: what needs none does not load it.
  const { createSettlementReader } = await import('../chain/settlement-reader.js');
  const reader = await createSettlementReader({ ...chainOptionsOf(settings, book), log: createLog({ level: 'alarm' }), signal });
  return {
    book,
    reader,
    ...pacedBy(settings, book, reader, signal),
    [Symbol.asyncDispose]: () => {
      reader.close();
      return Promise.resolve();
    },
  };
};

/** The wallet's key: from the agent, where it may be asked and has it, else unlocked with the password. */
export const walletKey = async (settings: Settings, unlocking: Unlocking): Promise<Uint8Array> => {
  const keystore = keystoreOf(settings);
  const account = await keystore.addressOf('wallet');
  const held = unlocking.agent && (await heldKey(foldersOf(settings).keys, account));
  return held ?? (await keystore.unlock('wallet', await unlocking()));
};

/** Connects to the chain with the key of the wallet, unlocked with `password`, which is asked for last. */
export const openWallet = async (settings: Settings, password: Unlocking, signal: AbortSignal): Promise<WalletSession> => {
  rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  return await openAccount(settings, book, await walletKey(settings, password), signal);
};

/** Connects to the chain with `key`, by the transactions that were left of its account. */
export const openAccount = async (settings: Settings, book: Book, key: Uint8Array, signal: AbortSignal): Promise<WalletSession> => {
  const { address: account } = createKeySigner(key);
  const { createSettlement } = await import('../chain/settlement.js');
  const settlement = await createSettlement({
    ...chainOptionsOf(settings, book),
    signerKey: toHex(key),
    directory: foldersOf(settings).transactions(account),
    log: createLog({ level: 'alarm' }),
    signal,
  });
  return {
    book,
    settlement,
    key,
    ...pacedBy(settings, book, settlement, signal),
    [Symbol.asyncDispose]: async () => {
      await settlement.close();
    },
  };
};

/**
 * The chain as `account` sees it, which can send nothing and so waits for no transaction: neither for those that an earlier process left, nor for
 * a process that has them in hand.
 */
export const readingAs = (reader: SettlementReader & { close(): void }, account: Address): Settlement => ({
  ...reader,
  account,
  submit: ({ kind }) => Promise.reject(new HoldfastError('CHAIN_READ_ONLY', { action: kind })),
  foreign: () => Promise.resolve(0),
  feeCap: () => Promise.resolve(gasWei(0n)),
  close: () => {
    reader.close();
    return Promise.resolve();
  },
});

/** Unlocks the wallet, whose key all others derive from, to read the chain as it. */
export const openWalletToRead = async (settings: Settings, password: Unlocking, signal: AbortSignal): Promise<WalletSession> => {
  const { book, reader, blockMilliseconds } = await openReader(settings, signal);
  try {
    const key = await walletKey(settings, password);
    const settlement = readingAs(reader, createKeySigner(key).address);
    return { book, settlement, key, blockMilliseconds, [Symbol.asyncDispose]: () => settlement.close() };
  } catch (error) {
    reader.close();
    throw error;
  }
};

import { join } from 'node:path';
import { createBatchRpc } from '../../chain/ledger/batch-rpc.js';
import { createBlockSource, readChainId, type BlockSource } from '../../chain/ledger/block-source.js';
import type { LedgerRecord } from '../../chain/ledger/decode.js';
import { ledgerFeed, type LedgerNews } from '../../chain/ledger/feed.js';
import { holdHistory, type Held, type HeldHistory } from '../../chain/ledger/hold-history.js';
import { createToldHistory } from '../../chain/ledger/told-history.js';
import { createVerifiedHistory, type Verification } from '../../chain/ledger/verified-history.js';
import { marketFolder } from '../../chain/market/market-book.js';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, type BlockNumber, type Hash } from '../../core/units.js';
import type { Book } from '../book/book.js';
import type { Settings } from '../settings/config.js';
import { findBook } from '../book/find-book.js';
import { foldersOf } from '../settings/folders.js';
import type { Log } from '../../ports/world.js';
import { createLog } from '../log.js';
import { loadSegments, saveSegments } from './cache.js';
import { rpcUrlsOf } from '../settings/rpc-urls.js';

export interface LedgerOptions {
  readonly settings: Settings;
  /** Verify, from a trusted head to the deployment. */
  readonly verify: boolean;
  /** The trusted head; without it, one that two RPCs agree on. */
  readonly head?: Hash | undefined;
  /** Told while a first verification runs, in blocks. */
  readonly progress?: (done: number, of: number) => void;
  /** How long two RPCs may differ on the newest block, milliseconds. Default 15,000. */
  readonly agreementMilliseconds?: number;
  /** Told of RPCs that serve another chain. Default: alarms on standard error. */
  readonly log?: Log;
  readonly signal: AbortSignal;
}

/** Records of the settlement history from a block or a moment on. */
export interface LedgerStart {
  readonly block?: BlockNumber;
  /** Seconds since 1970. */
  readonly timestamp?: number;
}

/** The settlement history of one market. */
export interface Ledger {
  readonly book: Book;
  /** Who is asked, for people. */
  readonly rpcs: readonly string[];
  /**
   * Records in order; with `follow` until the signal aborts. Those before `start` are read as well where everything is
   * verified, or `whole` asks for it.
   */
  news(options: { readonly start: LedgerStart; readonly follow: boolean; readonly whole?: boolean }): AsyncIterable<LedgerNews>;
  /** What the last verification established; undefined where nothing was verified. */
  verification(): Verification | undefined;
  /** What the newest news were held against where nothing is verified. */
  held(): Held | undefined;
}

/** Time between two looks for new blocks. */
const FOLLOW_MILLISECONDS = 1_000;

const openSource = async (rpcUrl: string, book: Book, signal: AbortSignal): Promise<BlockSource> => {
  const rpc = createBatchRpc({ rpcUrl });
  const actual = await readChainId(rpc, signal);
  if (actual !== book.chainId) throw new HoldfastError('WRONG_CHAIN', { url: rpc.name, expected: book.chainId, actual });
  return createBlockSource(rpc, book.family, book);
};

/**
 * The first `most` of the RPCs that serve the chain of `book`; those of another are told of. WRONG_CHAIN where none serves it, or where one is not
 * enough: two that agree are the trust that no head is given for.
 */
const openSources = async (
  urls: readonly string[],
  most: number,
  book: Book,
  { head, log = createLog({ level: 'alarm' }), signal }: LedgerOptions,
): Promise<BlockSource[]> => {
  const sources: BlockSource[] = [];
  const foreign: HoldfastError<'WRONG_CHAIN'>[] = [];
  const open = async (url: string): Promise<void> => {
    try {
      sources.push(await openSource(url, book, signal));
    } catch (error) {
      if (!isHoldfastError(error, 'WRONG_CHAIN')) throw error;
      foreign.push(error);
    }
  };
  for (const url of urls) if (sources.length < most) await open(url);
  const [first] = foreign;
  if (first !== undefined && sources.length < (head === undefined ? most : 1)) throw first;
  for (const { data } of foreign) log.alarm('rpc-chain-wrong', data);
  return sources;
};

/** First block at or after `timestamp`: halved between deployment and head, since times only grow. */
const blockAt = async (source: BlockSource, timestamp: number, lowest: number, signal: AbortSignal): Promise<BlockNumber> => {
  let [low, high] = [lowest, (await source.newest(signal)).number + 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [header] = await source.headers([middle], signal);
    // A height without a block counts as early: the search goes on above it.
    if (header === undefined || header.timestamp < timestamp) low = middle + 1;
    else high = middle;
  }
  return blockNumber(low);
};

/** Opens the history of the market of the settings. RPC_MISSING, BOOK_MISSING, WRONG_CHAIN, LEDGER_HEAD_NEEDED, LEDGER_CACHE_FOREIGN. */
export const openLedger = async (options: LedgerOptions): Promise<Ledger> => {
  const { settings, verify, signal } = options;
  const urls = rpcUrlsOf(settings);
  const book = await findBook(settings, signal);
  const sources = await openSources(urls, verify ? 2 : 1, book, options);
  const [first, second] = sources as [BlockSource, ...BlockSource[]];
  const verified = verify ? await openVerified(first, second, book, options) : undefined;
  let held: HeldHistory | undefined;
  const holding = (start: BlockNumber): HeldHistory => {
    const { genesisBlock, parameters, deployment } = book;
    const { periodBlocks } = parameters;
    const hold = { source: first, contracts: book, start, deployment: deployment.block, genesisBlock, periodBlocks };
    return holdHistory(createToldHistory(first, book), hold);
  };

  async function* news({ start, follow, whole = false }: Parameters<Ledger['news']>[0]): AsyncGenerator<LedgerNews> {
    const lowest = book.deployment.block;
    const from = blockNumber(Math.max(lowest, start.block ?? lowest));
    const isAll = whole || verify;
    const since = isAll ? lowest : start.timestamp === undefined ? from : await blockAt(first, start.timestamp, from, signal);
    yield* ledgerFeed({
      source: verified ?? (held = holding(since)),
      start: since,
      // What is verified is verified in one go, down from the head.
      ...(verify ? { rangeBlocks: Number.MAX_SAFE_INTEGER } : {}),
      followMilliseconds: follow ? FOLLOW_MILLISECONDS : undefined,
      signal,
    });
  }

  return {
    book,
    rpcs: sources.map(({ name }) => name),
    verification: () => verified?.last(),
    held: () => held?.held(),
    news,
  };
};

/** Whether a record is not before `start`. */
export const isSince = ({ block, timestamp }: LedgerRecord, start: LedgerStart): boolean =>
  block >= (start.block ?? 0) && timestamp >= (start.timestamp ?? 0);

const openVerified = async (
  first: BlockSource,
  second: BlockSource | undefined,
  book: Book,
  { settings, head, progress, agreementMilliseconds }: LedgerOptions,
): Promise<ReturnType<typeof createVerifiedHistory>> => {
  const path = join(foldersOf(settings).ledger, `${marketFolder(book)}.json`);
  return createVerifiedHistory({
    first,
    second,
    family: book.family,
    contracts: book,
    deployment: book.deployment,
    head,
    known: await loadSegments(path, book),
    keep: async (segments) => saveSegments(path, book, segments),
    agreementMilliseconds,
    ...(progress === undefined ? {} : { progress }),
  });
};

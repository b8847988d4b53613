import { access } from 'node:fs/promises';
import { readBook, type Book } from '../../../node/app/book/book.js';
import { connectMarket } from '../../../node/chain/market/contracts.js';
import type { Rpc } from '../../../node/chain/rpc/rpc.js';
import type { MarketParameters } from '../../../node/core/market/deal.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { blockNumber, hash, type Address } from '../../../node/core/units.js';
import type { Artifacts } from '../artifacts.js';
import type { Ask } from '../ignition/ignition-provider.js';
import { changedContract, readCodes, readGenesisBlock } from './read-deployed.js';

/** A chain to look at. */
export interface Chain {
  readonly rpc: Rpc;
  readonly ask: Ask;
  readonly genesis: string | undefined;
  readonly signal: AbortSignal;
}

const exists = async (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The book with the block that the chain has its deployment in now, or undefined if it has none: after a reorg it may be another one. */
const refreshed = async ({ ask }: Chain, book: Book): Promise<Book | undefined> => {
  const receipt = (await ask('eth_getTransactionReceipt', [book.deployment.transaction])) as {
    blockNumber: string;
    blockHash: string;
  } | null;
  if (receipt === null) return undefined;
  const { transaction } = book.deployment;
  const genesisBlock = await readGenesisBlock(ask, book.market);
  return {
    ...book,
    genesisBlock,
    deployment: { block: blockNumber(Number(receipt.blockNumber)), hash: hash(receipt.blockHash), transaction },
  };
};

/**
 * The deployment that the book at `path` names, as the chain has it now. Undefined without a book, or if it is of a chain that
 * was wiped since. What is there and is not that deployment is refused: WRONG_CHAIN, MARKET_MISSING, DEPLOYMENT_MISMATCH.
 */
export const readExisting = async (chain: Chain, path: string): Promise<Book | undefined> => {
  if (!(await exists(path))) return undefined;
  const recorded = await readBook(path);
  if (recorded.chainId !== chain.rpc.chainId)
    throw new HoldfastError('WRONG_CHAIN', { url: chain.rpc.url, expected: recorded.chainId, actual: chain.rpc.chainId });
  if (recorded.genesis !== chain.genesis) return undefined;
  const moved = await refreshed(chain, recorded);
  const gone = moved === undefined && (await chain.ask('eth_getCode', [recorded.market, 'latest'])) === '0x';
  if (gone) return undefined;
  // Where old receipts are not served, what the book says of the block has to do.
  const book = moved ?? recorded;
  await connectMarket(chain.rpc, book, chain.signal);
  return book;
};

/** What is asked for now, to compare with what was deployed. */
export interface Asked {
  /** An existing token, or undefined for HoldToken. */
  readonly token: Address | undefined;
  readonly parameters: MarketParameters;
  readonly artifacts: Artifacts;
}

/** Refuses a deployment that is another than the one asked for: token, parameters, code. DEPLOYMENT_DIFFERS. */
export const requireAsked = async ({ ask }: Chain, book: Book, path: string, { token, parameters, artifacts }: Asked): Promise<void> => {
  const differs = (what: string, recorded: string, asked: string): HoldfastError =>
    new HoldfastError('DEPLOYMENT_DIFFERS', { what, recorded, asked, path });
  if (token !== undefined && token !== book.token) throw differs('token', book.token, token);
  for (const name of Object.keys(parameters) as (keyof MarketParameters)[]) {
    if (parameters[name] !== book.parameters[name])
      throw differs(`parameter ${name}`, String(book.parameters[name]), String(parameters[name]));
  }
  const changed = changedContract(await readCodes(ask, book), artifacts, token === undefined);
  if (changed !== undefined) throw differs(`code of the ${changed}`, 'of another source', 'that of this checkout');
};

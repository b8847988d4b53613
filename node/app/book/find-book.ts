import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { askChainId } from '../../chain/rpc/glance.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { networkNamed } from '../../core/market/networks.js';
import { readBook, type Book } from './book.js';
import type { Settings } from '../settings/config.js';
import { rpcUrlsOf } from '../settings/rpc-urls.js';

/** The books that ship with the package, `<chain id>.json`, two folders above this file in `node/app` as in `dist/app`. */
const shippedBooks = new URL('../../../deployments/', import.meta.url);

/** Where the book of chain `chainId` lies, if the package has one. */
export const shippedBook = (chainId: bigint, folder: URL = shippedBooks): string => fileURLToPath(new URL(`${chainId}.json`, folder));

/** The chain that `network` (a name or a chain id) means; undefined where only the RPC can tell. */
export const chainIdOf = (network: string | undefined): bigint | undefined => {
  if (network === undefined) return undefined;
  return /^[0-9]+$/.test(network) ? BigInt(network) : networkNamed(network)?.chainId;
};

/**
 * The address book to use: the setting `book`; without it the package's own for `network`, or for the chain that the RPC
 * serves. BOOK_MISSING, BOOK_INVALID, RPC_MISSING and the errors of the RPC.
 */
export const findBook = async (settings: Settings, signal?: AbortSignal, folder: URL = shippedBooks): Promise<Book> =>
  await readBook(settings.book ?? (await shippedFor(settings, signal, folder)));

const shippedFor = async (settings: Settings, signal: AbortSignal | undefined, folder: URL): Promise<string> => {
  const hasBook = (chainId: bigint): boolean => existsSync(shippedBook(chainId, folder));
  const chainId = chainIdOf(settings.network) ?? (await firstChainId(rpcUrlsOf(settings), hasBook, signal));
  if (!hasBook(chainId)) throw new HoldfastError('BOOK_NOT_SHIPPED', { chainId });
  return shippedBook(chainId, folder);
};

/** The first chain that an RPC serves and that has a book, or else the first of all; the error of the last RPC if none answers. */
const firstChainId = async (
  urls: readonly string[],
  hasBook: (chainId: bigint) => boolean,
  signal: AbortSignal | undefined,
): Promise<bigint> => {
  let first: bigint | undefined;
  let failure: unknown;
  for (const url of urls) {
    try {
      const chainId = await askChainId(url, signal ? { signal } : {});
      if (hasBook(chainId)) return chainId;
      first ??= chainId;
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
  }
  if (first === undefined) throw failure;
  return first;
};

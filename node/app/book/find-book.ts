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
  const chainId = chainIdOf(settings.network) ?? (await firstChainId(rpcUrlsOf(settings), signal));
  const path = shippedBook(chainId, folder);
  if (!existsSync(path)) throw new HoldfastError('BOOK_NOT_SHIPPED', { chainId });
  return path;
};

/** The chain of the first RPC that answers; the error of the last one if none does. */
const firstChainId = async (urls: readonly string[], signal: AbortSignal | undefined): Promise<bigint> => {
  let failure: unknown;
  for (const url of urls) {
    try {
      return await askChainId(url, signal ? { signal } : {});
    } catch (error) {
      signal?.throwIfAborted();
      failure = error;
    }
  }
  throw failure;
};

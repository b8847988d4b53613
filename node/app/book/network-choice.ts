import { existsSync } from 'node:fs';
import { glanceAtChain, type ChainGlance } from '../../chain/rpc/glance.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { networks, refusalOf } from '../../core/market/networks.js';
import { readBook } from './book.js';
import { chainIdOf, shippedBook } from './find-book.js';

/**
 * Asks every RPC which chain it serves and makes sure that all serve `network`, or one and the same chain if none is named.
 * RPC_UNREACHABLE, RPC_REFUSED, NETWORK_MISMATCH, CHAIN_REFUSED.
 */
export const requireNetwork = async (
  urls: readonly [string, ...string[]],
  network: string | undefined,
  signal: AbortSignal,
): Promise<ChainGlance> => {
  const [first, ...others] = (await Promise.all(urls.map((url) => glanceAtChain(url, { signal })))) as [ChainGlance, ...ChainGlance[]];
  const expected = chainIdOf(network) ?? first.chainId;
  const stranger = [first, ...others].find(({ chainId }) => chainId !== expected);
  if (stranger) {
    const name = network ?? first.url;
    throw new HoldfastError('NETWORK_MISMATCH', { url: stranger.url, network: name, expected, actual: stranger.chainId });
  }
  const reason = refusalOf(expected);
  if (reason !== undefined) throw new HoldfastError('CHAIN_REFUSED', { chainId: expected, reason });
  return first;
};

/** The name of the network with chain id `chainId`, or the id itself. */
export const networkNameOf = (chainId: bigint): string => networks.find((each) => each.chainId === chainId)?.name ?? chainId.toString();

/** Whether the package has the book of chain `chainId`. */
export const hasShippedBook = (chainId: bigint): boolean => existsSync(shippedBook(chainId));

/** Reads the book at `path` and makes sure that it is of chain `chainId`. BOOK_MISSING, BOOK_INVALID, WRONG_CHAIN. */
export const requireBook = async (path: string, { url, chainId }: ChainGlance): Promise<void> => {
  const book = await readBook(path);
  if (book.chainId !== chainId) throw new HoldfastError('WRONG_CHAIN', { url, expected: book.chainId, actual: chainId });
};

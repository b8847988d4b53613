import { z } from 'zod/v4';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address } from '../../core/units.js';
import { LACKS_STATE } from '../rpc/endpoint.js';
import type { Rpc } from '../rpc/rpc.js';

/** The transaction that used a nonce of an account. */
export interface Use {
  /** Lower case. */
  readonly hash: string;
  readonly block: number;
}

export interface UseQuestion {
  readonly account: Address;
  readonly nonce: number;
  /** A block at which the nonce was not used, as far as is known. */
  readonly since: number | undefined;
  /** Newest block. */
  readonly head: number;
}

/** How far a search has come. */
export interface Search {
  found?: Use;
  /** When the use was seen first, milliseconds since 1970. */
  foundAt?: number;
  /** Head of the last search. */
  head?: number;
  /** Blocks yet to be read, downwards. */
  scan?: { readonly next: number; readonly last: number };
}

/** Blocks read in one step where the RPC does not know the account's past nonces. */
const SCAN_BLOCKS = 8;

const blockSchema = z.object({
  transactions: z.array(z.object({ hash: z.string(), from: z.string(), nonce: z.string() })),
});

const countAt = async (rpc: Rpc, { account }: UseQuestion, block: number): Promise<number> =>
  rpc.once(async () => rpc.provider.getTransactionCount(account, block));

/** The block in which the nonce was used, by halving what lies between one where it was not and one where it was. */
const halve = async (rpc: Rpc, question: UseQuestion): Promise<number | undefined> => {
  const { nonce, head, since = 0 } = question;
  const isUsedAt = async (block: number): Promise<boolean> => (await countAt(rpc, question, block)) > nonce;
  if (!(await isUsedAt(head))) return undefined;
  let unused = since < head && !(await isUsedAt(since)) ? since : 0;
  for (let used = head; ;) {
    if (used - unused <= 1) return used;
    const middle = Math.floor((unused + used) / 2);
    if (await isUsedAt(middle)) used = middle;
    else unused = middle;
  }
};

const useIn = async (rpc: Rpc, { account, nonce }: UseQuestion, block: number): Promise<Use | undefined> => {
  const answer = await rpc.once(
    async () => rpc.provider.send('eth_getBlockByNumber', [`0x${block.toString(16)}`, true]) as Promise<unknown>,
  );
  const parsed = blockSchema.safeParse(answer);
  const use = parsed.data?.transactions.find((one) => one.from.toLowerCase() === account && Number(one.nonce) === nonce);
  return use && { hash: use.hash.toLowerCase(), block };
};

/** Reads a few blocks more, from the head down to where the nonce was last known not to be used. */
const scanOn = async (rpc: Rpc, question: UseQuestion, search: Search): Promise<Use | undefined> => {
  const { head, since = 0 } = question;
  search.scan ??= { next: head, last: since };
  const { next, last } = search.scan;
  for (let block = next; block >= Math.max(last, next - SCAN_BLOCKS + 1); block--) {
    const use = await useIn(rpc, question, block);
    if (use !== undefined) return use;
  }
  if (next - SCAN_BLOCKS < last) delete search.scan;
  else search.scan = { next: next - SCAN_BLOCKS, last };
  return undefined;
};

/** Whether the RPC does not know what was in the past: asked again it will not either. */
const isForgotten = (error: unknown): boolean =>
  isHoldfastError(error, 'RPC_REFUSED') || (isHoldfastError(error, 'RPC_UNREACHABLE') && LACKS_STATE.test(error.data.reason));
const isUnanswered = (error: unknown): boolean => isHoldfastError(error, 'RPC_REFUSED') || isHoldfastError(error, 'RPC_UNREACHABLE');

/**
 * Looks for the transaction that used the nonce: in the block where the account's count passed it, or, where the RPC no longer
 * knows past counts, block by block. Undefined when it is not found yet; asked again it goes on, once per block that comes.
 */
export const findUse = async (rpc: Rpc, question: UseQuestion, search: Search): Promise<Use | undefined> => {
  if (search.found !== undefined || (search.head === question.head && search.scan === undefined)) return search.found;
  search.head = question.head;
  try {
    let block: number | undefined;
    try {
      if (search.scan === undefined) block = await halve(rpc, question);
    } catch (error) {
      if (!isForgotten(error)) throw error;
      search.scan = { next: question.head, last: question.since ?? 0 };
    }
    const use = search.scan === undefined ? block && (await useIn(rpc, question, block)) : await scanOn(rpc, question, search);
    if (use) search.found = use;
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    delete search.head;
  }
  return search.found;
};

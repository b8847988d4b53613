import type { Log as ChainLog } from 'ethers';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { blockNumber, type BlockNumber } from '../../core/units.js';
import type { MarketContracts } from '../market/contracts.js';
import type { Rpc } from '../rpc/rpc.js';
import { readLogs, type LogFilter } from './log-source.js';

const nameOf = ({ blockHash, index }: Pick<ChainLog, 'blockHash' | 'index'>): string => `${blockHash} ${index}`;

const fits = ({ addresses, topics = [] }: LogFilter, log: Pick<ChainLog, 'address' | 'topics'>): boolean =>
  addresses.some((one) => one === log.address.toLowerCase()) &&
  topics.every((topic, place) => topic === null || topic === log.topics[place]?.toLowerCase());

/** Refuses an answer whose last transaction has more to tell by its receipt. */
const requireWholeTransaction = async (rpc: Rpc, filter: LogFilter, last: ChainLog, signal?: AbortSignal): Promise<void> => {
  const receipt = await rpc.read(async () => rpc.provider.getTransactionReceipt(last.transactionHash), signal);
  // Another block's receipt is of another chain: whoever asked finds that out by the hashes.
  if (receipt === null || receipt.blockHash !== last.blockHash) return;
  const of = receipt.logs.filter((log) => fits(filter, log));
  const told = of.filter(({ index }) => index <= last.index).length;
  const what = `events in transaction ${last.transactionHash}`;
  if (told < of.length) throw new HoldfastError('LOGS_INCOMPLETE', { url: rpc.url, what, told, held: of.length });
};

/**
 * Logs of the blocks `from … to`, also from a node that gives the first few of an answer and says nothing: it is asked on from the last
 * log until nothing new comes, and the last transaction of an answer is compared with its receipt. LOGS_INCOMPLETE, RPC_REFUSED.
 */
export const readWholeLogs = async (
  rpc: Rpc,
  filter: LogFilter,
  from: BlockNumber,
  to: BlockNumber,
  signal?: AbortSignal,
): Promise<readonly ChainLog[]> => {
  const found = new Map<string, ChainLog>();
  const ask = async (start: number): Promise<ChainLog | undefined> => {
    const logs = start > to ? [] : await readLogs(rpc, filter, blockNumber(start), to, signal);
    const fresh = logs.filter((log) => !found.has(nameOf(log)));
    for (const log of fresh) found.set(nameOf(log), log);
    return fresh.at(-1);
  };
  for (let last = await ask(from); last !== undefined;) {
    const more = await ask(last.blockNumber);
    if (more === undefined) await requireWholeTransaction(rpc, filter, last, signal);
    last = more ?? (await ask(last.blockNumber + 1));
  }
  return [...found.values()];
};

/** The first place of `count` for which `holds`, which holds from some place on; `count` if nowhere. */
const firstPlace = async (count: number, holds: (place: number) => Promise<boolean>): Promise<number> => {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * Refuses a node whose logs begin later than `from`: the first registration of a provider since then, which the registry dates, must be
 * among them. Nothing is known where nobody has registered since. LOGS_INCOMPLETE.
 */
export const requireLogsSince = async (
  rpc: Rpc,
  { registry, addresses }: MarketContracts,
  from: BlockNumber,
  signal?: AbortSignal,
): Promise<void> => {
  const blockOf = async (place: number): Promise<BlockNumber> => {
    const { registeredAt } = await rpc.read(async () => registry.record(await registry.providerAt(place)), signal);
    return blockNumber(Number(registeredAt));
  };
  const count = Number(await rpc.read(async () => registry.count(), signal));
  const place = await firstPlace(count, async (index) => (await blockOf(index)) >= from);
  if (place === count) return;
  const block = await blockOf(place);
  const topics = [registry.interface.getEvent('ProviderRegistered').topicHash];
  const told = await readLogs(rpc, { addresses: [addresses.registry], topics }, block, block, signal);
  // A reorganization may have moved it meanwhile.
  if (told.length > 0 || (await blockOf(place).catch(() => undefined)) !== block) return;
  throw new HoldfastError('LOGS_INCOMPLETE', { url: rpc.url, what: `registrations in block ${block}`, told: 0, held: 1 });
};

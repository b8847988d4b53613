import { HoldfastError } from '../errors/holdfast-error.js';
import type { Hash } from '../units.js';
import { bloomOf } from './bloom.js';
import type { BlockRecord, VerifiedChunk, Chunk, ReportedLog, ReportedReceipt } from './chunk.js';
import type { Header } from './header.js';
import { receiptsRoot } from './receipt.js';
import type { Watch } from './watched.js';

/** What a chunk is checked with. */
export interface ChunkRules {
  readonly watch: Watch;
  /** Whose answers these are, for the error. */
  readonly url: string;
  /** Blocks whose receipts root need not fit, since another RPC's receipts were compared instead. */
  readonly compared?: ReadonlySet<number>;
}

/**
 * Follows the parent links of `chunk` from its last block, which must have the hash `expected`, to its first, with every
 * hash recomputed; recomputes the receipts root of each block that may hold logs of ours; and holds what eth_getLogs
 * reported against those receipts. LEDGER_MISFIT for the first block, from above, that does not fit.
 */
export const verifyChunk = (chunk: Chunk, expected: Hash, rules: ChunkRules): VerifiedChunk => {
  const reported = logsByBlock(chunk, rules);
  const records: BlockRecord[] = [];
  let [parent, headers, receipts] = [expected, 0, 0];
  for (let block = chunk.to; block >= chunk.from; block--) {
    const header = linkedHeader(chunk, block, parent, rules.url);
    parent = header.parentHash;
    headers += 1;
    const logs = rules.watch.mayHold(header.logsBloom) ? ourLogs(header, chunk.receipts.get(block) ?? [], rules) : [];
    if (rules.watch.mayHold(header.logsBloom)) receipts += 1;
    requireSameLogs(header, logs, reported.get(block) ?? [], rules.url);
    if (logs.length > 0) records.unshift(recordOf(header, logs));
  }
  const compared = rules.compared?.size ?? 0;
  return { records, parent, counts: { headers, receipts: receipts - compared, compared } };
};

/** The record that a block and its logs of ours make. */
export const recordOf = ({ number: block, hash, parentHash, timestamp }: Header, logs: readonly ReportedLog[]): BlockRecord => ({
  block,
  hash,
  parentHash,
  timestamp,
  logs,
});

const misfit = (block: number, what: string, expected: string, found: string, url: string): HoldfastError<'LEDGER_MISFIT'> =>
  new HoldfastError('LEDGER_MISFIT', { block, what, expected, found, url });

/** Logs by block. A log from outside the chunk, or of none of our contracts, fits nowhere. */
const logsByBlock = ({ from, to, logs }: Chunk, { watch, url }: ChunkRules): ReadonlyMap<number, readonly ReportedLog[]> => {
  for (const { block, logIndex, ...log } of logs) {
    if (block < from || block > to) throw misfit(block, `an answer for blocks ${from} to ${to}`, 'within them', `log ${logIndex}`, url);
    if (!watch.isOurs(log)) throw misfit(block, `log ${logIndex}`, 'of our contracts', `of ${log.address}`, url);
  }
  return Map.groupBy(logs, ({ block }) => block);
};

const linkedHeader = ({ from, headers }: Chunk, block: number, expected: Hash, url: string): Header => {
  const header = headers[block - from];
  if (header === undefined) throw misfit(block, 'the block', expected, 'missing', url);
  const { number, hash, reportedHash, unknownFields } = header;
  if (number !== block) throw misfit(block, 'its number', String(block), String(number), url);
  if (hash === expected) return header;
  const later = unknownFields.length === 0 ? '' : ` (fields that this version does not know: ${unknownFields.join(', ')})`;
  if (reportedHash === expected) throw misfit(block, `the hash of its header's fields${later}`, expected, hash, url);
  throw misfit(block, `the hash that its child block names as parent${later}`, expected, hash, url);
};

/** Logs of ours in the receipts of a block, numbered by their place; the receipts must have the header's root. */
const ourLogs = (header: Header, receipts: readonly ReportedReceipt[], { watch, url, compared }: ChunkRules): readonly ReportedLog[] => {
  const { number: block, hash: blockHash, transactions } = header;
  const root = receiptsRoot(receipts.map(({ content }) => content));
  if (root !== header.receiptsRoot && compared?.has(block) !== true)
    throw misfit(block, 'the root of its receipts', header.receiptsRoot, root, url);
  const all = receipts.flatMap(({ logs, transaction }, index) => {
    const listed = transactions[index] ?? 'none';
    if (listed !== transaction) throw misfit(block, `the transaction of receipt ${index}`, listed, transaction, url);
    return logs.map((log) => ({ ...log, transaction }));
  });
  return all.map((log, logIndex) => ({ ...log, logIndex, block, blockHash })).filter((log) => watch.isOurs(log));
};

const textOf = ({ address, topics, data, transaction, blockHash }: ReportedLog): string =>
  [address, topics.join(' '), data, transaction, blockHash].join(' ');

/** The first part in which two logs differ, shortened for people. */
const difference = (expected: ReportedLog, found: ReportedLog): readonly [what: string, expected: string, found: string] => {
  const parts = (['address', 'data', 'transaction', 'blockHash'] as const).map((key) => [key, expected[key], found[key]] as const);
  const topics = ['topics', expected.topics.join(' '), found.topics.join(' ')] as const;
  return [topics, ...parts].find(([, left, right]) => left !== right) ?? ['log', '', ''];
};

const requireSameLogs = (
  { number: block }: Header,
  proven: readonly ReportedLog[],
  reported: readonly ReportedLog[],
  url: string,
): void => {
  const places = new Map(reported.map((log) => [log.logIndex, log]));
  for (const log of proven) {
    const found = places.get(log.logIndex);
    if (found === undefined) throw misfit(block, `log ${log.logIndex}`, 'as its receipt has it', 'left out of eth_getLogs', url);
    if (textOf(found) === textOf(log)) continue;
    const [what, left, right] = difference(log, found);
    throw misfit(block, `the ${what} of log ${log.logIndex}`, left, right, url);
  }
  if (reported.length === proven.length) return;
  const invented = reported.find(({ logIndex }) => !proven.some((log) => log.logIndex === logIndex)) ?? reported.at(-1);
  throw misfit(block, `log ${invented?.logIndex ?? 0}`, 'in no receipt', 'reported by eth_getLogs', url);
};

/** Whether a header's bloom is the one of exactly these logs: where roots cannot be recomputed, that can. */
export const fitsBloom = (header: Header, receipts: readonly ReportedReceipt[]): boolean => {
  const bloom = bloomOf(receipts.flatMap(({ logs }) => logs));
  return bloom.every((byte, at) => byte === header.logsBloom[at]);
};

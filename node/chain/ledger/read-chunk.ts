import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { VerifiedChunk, Chunk, ReportedLog, ReportedReceipt } from '../../core/ledger/chunk.js';
import { verifyChunk, fitsBloom } from '../../core/ledger/verify-chunk.js';
import type { Header } from '../../core/ledger/header.js';
import { receiptsRoot } from '../../core/ledger/receipt.js';
import type { Watch } from '../../core/ledger/watched.js';
import { blockNumber, type Hash } from '../../core/units.js';
import { createRangeWidth } from '../index/log-source.js';
import type { BlockSource } from './block-source.js';

/** Checks what was read of a row of blocks whose last one must have the hash `expected`. */
export type ChunkCheck = (expected: Hash) => VerifiedChunk;

/** Reads the blocks `from … to`, so that they can be checked once the hash of the last one is known. */
export type ChunkReader = (from: number, to: number, signal: AbortSignal) => Promise<ChunkCheck>;

export const rowOf = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Logs of the blocks `from … to`, in as many queries as the node needs. */
export const logsIn = async (source: BlockSource, from: number, to: number, signal: AbortSignal): Promise<readonly ReportedLog[]> => {
  const width = createRangeWidth(to - from + 1);
  const logs: ReportedLog[] = [];
  for (let at = from; at <= to;) {
    const range = await width.run(blockNumber(at), blockNumber(to), async (end) => source.logs(at, end, signal));
    logs.push(...range.value);
    at = range.to + 1;
  }
  return logs;
};

/** Everything of the blocks `from … to` that a check looks at. */
export const fetchChunk = async (source: BlockSource, watch: Watch, from: number, to: number, signal: AbortSignal): Promise<Chunk> => {
  const [headers, logs] = await Promise.all([source.headers(rowOf(from, to), signal), logsIn(source, from, to, signal)]);
  const named = headers.filter((header) => header !== undefined && watch.mayHold(header.logsBloom)) as readonly Header[];
  const receipts = await Promise.all(named.map(async (header) => [header.number, await source.receipts(header, signal)] as const));
  return { from, to, headers, logs, receipts: new Map(receipts) };
};

/** For Ethereum: everything is recomputed. */
export const recomputingReader =
  (source: BlockSource, watch: Watch): ChunkReader =>
  async (from, to, signal) => {
    const chunk = await fetchChunk(source, watch, from, to, signal);
    return (expected) => verifyChunk(chunk, expected, { watch, url: source.name });
  };

const fits = (header: Header, receipts: readonly ReportedReceipt[]): boolean =>
  receiptsRoot(receipts.map(({ content }) => content)) === header.receiptsRoot;

const logText = ({ address, topics, data }: ReportedLog): string => [address, ...topics, data].join(' ');

const receiptText = ({ transaction, content, logs }: ReportedReceipt): string => {
  const outcome = 'status' in content.outcome ? `status ${content.outcome.status}` : content.outcome.root;
  return [transaction, outcome, ...logs.map(logText)].join('; ');
};

/** Requires that two RPCs report the same receipts, and that those have the bloom that the recomputed header has. */
const requireSameReceipts = (
  header: Header,
  [source, own]: readonly [BlockSource, readonly ReportedReceipt[]],
  [second, others]: readonly [BlockSource, readonly ReportedReceipt[]],
): void => {
  const block = header.number;
  for (let index = 0; index < Math.max(own.length, others.length); index++) {
    const [left, right] = [own[index], others[index]].map((receipt) => (receipt === undefined ? 'missing' : receiptText(receipt)));
    if (left === right) continue;
    const data = { block, what: `receipt ${index}`, first: source.name, says: left ?? '', second: second.name, other: right ?? '' };
    throw new HoldfastError('LEDGER_RPCS_DIFFER', data);
  }
  if (fitsBloom(header, own)) return;
  const data = { block, what: 'the bloom of its receipts', expected: "the header's", found: 'another', url: source.name };
  throw new HoldfastError('LEDGER_MISFIT', data);
};

/**
 * For an OP stack: as for Ethereum, but where receipts do not have their root because a format of deposits is not known
 * here, a second RPC's must be the same. When those fit, the first RPC's are wrong.
 */
export const opStackReader =
  (source: BlockSource, second: BlockSource | undefined, watch: Watch): ChunkReader =>
  async (from, to, signal) => {
    const chunk = await fetchChunk(source, watch, from, to, signal);
    const compared = new Set<number>();
    for (const [block, receipts] of second === undefined ? [] : chunk.receipts) {
      const header = chunk.headers[block - from];
      if (header === undefined || second === undefined || fits(header, receipts)) continue;
      const others = await second.receipts(header, signal);
      if (fits(header, others)) continue;
      requireSameReceipts(header, [source, receipts], [second, others]);
      compared.add(block);
    }
    return (expected) => verifyChunk(chunk, expected, { watch, url: source.name, compared });
  };

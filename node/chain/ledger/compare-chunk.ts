import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { recordOf } from '../../core/ledger/verify-chunk.js';
import type { BlockRecord, VerifiedChunk, ReportedLog } from '../../core/ledger/chunk.js';
import type { Header } from '../../core/ledger/header.js';
import type { Hash } from '../../core/units.js';
import type { BlockSource } from './block-source.js';
import { logsIn, rowOf, type ChunkReader } from './read-chunk.js';

interface Answers {
  readonly headers: readonly (Header | undefined)[];
  readonly logs: ReadonlyMap<number, readonly ReportedLog[]>;
}

const answersOf = async (source: BlockSource, from: number, to: number, signal: AbortSignal): Promise<Answers> => {
  const [headers, logs] = await Promise.all([source.headers(rowOf(from, to), signal), logsIn(source, from, to, signal)]);
  return { headers, logs: Map.groupBy(logs, ({ block }) => block) };
};

const headerText = (header: Header | undefined): string =>
  header === undefined ? 'missing' : `${header.reportedHash}, after ${header.parentHash}, at ${header.timestamp}`;

const logText = (log: ReportedLog | undefined): string =>
  log === undefined ? 'missing' : [log.logIndex, log.address, ...log.topics, log.data, log.transaction, log.blockHash].join(' ');

/**
 * For chains whose headers are not Ethereum's: nothing can be recomputed, so two RPCs must report the same hash, parent and
 * time for every block and the same events, and the parents must be linked. A height without a block is skipped when both
 * say so.
 */
export const comparingReader = (source: BlockSource, second: BlockSource): ChunkReader => {
  const requireSame = (block: number, what: string, says: string, other: string): void => {
    if (says !== other)
      throw new HoldfastError('LEDGER_RPCS_DIFFER', { block, what, first: source.name, says, second: second.name, other });
  };

  const requireSameLogs = (block: number, own: readonly ReportedLog[], others: readonly ReportedLog[]): void => {
    for (let index = 0; index < Math.max(own.length, others.length); index++)
      requireSame(block, `event ${index}`, logText(own[index]), logText(others[index]));
  };

  return async (from, to, signal) => {
    const [own, others] = await Promise.all([answersOf(source, from, to, signal), answersOf(second, from, to, signal)]);
    return (expected): VerifiedChunk => {
      const records: BlockRecord[] = [];
      let parent: Hash = expected;
      for (let block = to; block >= from; block--) {
        const header = own.headers[block - from];
        requireSame(block, 'header', headerText(header), headerText(others.headers[block - from]));
        const logs = own.logs.get(block) ?? [];
        requireSameLogs(block, logs, others.logs.get(block) ?? []);
        if (header === undefined) continue;
        if (header.reportedHash !== parent) {
          const data = { block, what: 'the hash that its child block names as parent', expected: parent, found: header.reportedHash };
          throw new HoldfastError('LEDGER_MISFIT', { ...data, url: source.name });
        }
        parent = header.parentHash;
        if (logs.length > 0) records.unshift(recordOf(header, logs));
      }
      return { records, parent, counts: { headers: 0, receipts: 0, compared: to - from + 1 } };
    };
  };
};

import { HoldfastError, type ErrorData } from '../../core/errors/holdfast-error.js';
import { recordOf } from '../../core/ledger/verify-chunk.js';
import type { BlockRecord, ReportedLog } from '../../core/ledger/chunk.js';
import type { Header } from '../../core/ledger/header.js';
import type { WatchedContracts } from '../../core/ledger/watched.js';
import type { CursorSource } from '../index/event-cursor.js';
import type { BlockSource } from './block-source.js';
import { ledgerDecoder, type LedgerRecord } from './decode.js';

/** Times that logs and headers of two moments are read again. */
const MOST_MOVES = 5;

const neverAborted = new AbortController().signal;

/** The settlement history as one RPC tells it. */
export const createToldHistory = (source: BlockSource, contracts: WatchedContracts): CursorSource<LedgerRecord> => {
  const decode = ledgerDecoder(contracts);
  return {
    head: async (signal = neverAborted) => {
      const { number: block, reportedHash: hash, timestamp } = await source.newest(signal);
      return { block, hash, timestamp };
    },
    blockHash: async (block, signal = neverAborted) => (await source.headers([block], signal))[0]?.reportedHash,
    events: async (from, to, signal = neverAborted) => {
      for (let attempt = 1; ; attempt++) {
        const byBlock = Map.groupBy(await source.logs(from, to, signal), ({ block }) => block);
        const headers = await source.headers([...byBlock.keys()], signal);
        const found = [...byBlock].map(([block, logs], index) => toldRecord(block, logs, headers[index]));
        const stray = found.find(isStray);
        if (stray === undefined) return found.filter((one): one is BlockRecord => !isStray(one)).map(decode);
        // Logs and headers of two moments, before and after a reorganization.
        if (attempt === MOST_MOVES) throw new HoldfastError('LEDGER_MISFIT', { ...stray, url: source.name });
      }
    },
  };
};

type Stray = Pick<ErrorData<'LEDGER_MISFIT'>, 'block' | 'what' | 'expected' | 'found'>;

const isStray = (one: BlockRecord | Stray): one is Stray => 'expected' in one;

const toldRecord = (block: number, logs: readonly ReportedLog[], header: Header | undefined): BlockRecord | Stray => {
  const stray = logs.find(({ blockHash }) => blockHash !== header?.reportedHash);
  if (header !== undefined && stray === undefined) return recordOf(header, logs);
  return { block, what: 'the hash of its block', expected: stray?.blockHash ?? '', found: header?.reportedHash ?? 'missing' };
};

import type { BlockNumber, Hash, Hex } from '../units.js';
import type { Header } from './header.js';
import type { ReceiptContent } from './receipt.js';

/** A log as JSON-RPC reports it, in lower case. */
export interface ReportedLog {
  readonly address: string;
  readonly topics: readonly Hex[];
  readonly data: Hex;
  /** Not covered by the receipts root. */
  readonly transaction: Hash;
  /** Position in the block. */
  readonly logIndex: number;
  readonly block: number;
  readonly blockHash: Hash;
}

/** A receipt as JSON-RPC reports it: what the root covers, and the rest. */
export interface ReportedReceipt {
  readonly content: ReceiptContent;
  readonly transaction: Hash;
  readonly logs: readonly ReportedLog[];
}

/** A block that holds logs of our contracts, as a link of the record. */
export interface BlockRecord {
  readonly block: BlockNumber;
  readonly hash: Hash;
  readonly parentHash: Hash;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly logs: readonly ReportedLog[];
}

/** Everything that was asked about a row of blocks, in order. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
  /** One for each block; undefined where the chain has none. */
  readonly headers: readonly (Header | undefined)[];
  /** What eth_getLogs reports for our contracts. */
  readonly logs: readonly ReportedLog[];
  /** Receipts of the blocks whose bloom names our contracts, by block. */
  readonly receipts: ReadonlyMap<number, readonly ReportedReceipt[]>;
}

/** What of a chunk was established. */
export interface VerifiedChunk {
  readonly records: readonly BlockRecord[];
  /** Hash of the block before the first. */
  readonly parent: Hash;
  readonly counts: Counts;
}

/** How much was established, and how. */
export interface Counts {
  /** Headers whose hash was recomputed. */
  readonly headers: number;
  /** Blocks whose receipts root was recomputed. */
  readonly receipts: number;
  /** Blocks of which two RPCs' answers were only compared. */
  readonly compared: number;
}

export const noCounts: Counts = { headers: 0, receipts: 0, compared: 0 };

export const addCounts = (a: Counts, b: Counts): Counts => ({
  headers: a.headers + b.headers,
  receipts: a.receipts + b.receipts,
  compared: a.compared + b.compared,
});

import type { Address, DealId, Wei } from '../core/units.js';

/** How often a provider failed one check lately. */
export interface FailedCheck {
  readonly provider: Address;
  /** Code of the error that it failed with. */
  readonly check: string;
  /** Failures that were not forgiven when it failed last. */
  readonly times: number;
  /** The first of these and the last, milliseconds since 1970. */
  readonly since: number;
  readonly last: number;
}

/** Probes in a row by which a deal's provider did not give back what it should hold. */
export interface DealDoubt {
  readonly deal: DealId;
  /** Code of what it said last. */
  readonly check: string;
  readonly times: number;
  /** Milliseconds since 1970. */
  readonly last: number;
}

/** Token wei of a budget that were spent, or are about to be. */
export interface Spending {
  /** What for, at most 200 characters: recorded again, it replaces the former. */
  readonly id: string;
  readonly amount: Wei;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Something that was announced. */
export interface Announced {
  /** What, at most 200 characters. */
  readonly id: string;
  readonly times: number;
  /** Of the last time, milliseconds since 1970. */
  readonly at: number;
}

/** Rows of one kind, each under a key that is part of it. Each change is durable when it resolves. */
export interface Shelf<Row, Key> {
  /** Replaces the row of the same key. */
  put(row: Row): Promise<void>;
  at(key: Key): Promise<Row | undefined>;
  all(): AsyncIterable<Row>;
  drop(key: Key): Promise<void>;
}

/** What looking after stored files remembers from run to run. */
export interface UpkeepMemory {
  readonly failedChecks: Shelf<FailedCheck, Pick<FailedCheck, 'provider' | 'check'>>;
  readonly doubts: Shelf<DealDoubt, Pick<DealDoubt, 'deal'>>;
  readonly spendings: Shelf<Spending, Pick<Spending, 'id'>>;
  readonly announced: Shelf<Announced, Pick<Announced, 'id'>>;
}

import type { DealId, Leaves, Period } from '../core/units.js';

/** A deal for which more was signed than the journal can say: two records of it differ, or a row of it cannot be read. */
export interface DealDoubt {
  readonly deal: DealId;
  /** Highest number that is known to have been signed. */
  readonly number: bigint;
  /** Number of the newest revision that the journal has; zero if it has none. */
  readonly newest: bigint;
  /** Last period in which that number can be posted, where it is known: if it is not by then, it never will be. */
  readonly validUntil?: Period;
}

/** What was found wrong, or made, when a journal was opened. */
export type JournalFault =
  /** A row is not of its format; `deal` is set where it is a revision. */
  | { readonly kind: 'row-unreadable'; readonly key: string; readonly deal: DealId | undefined; readonly error: unknown }
  /** The rows count other leaves than their total says: some are missing. The count goes on from the rows. */
  | { readonly kind: 'total-differs'; readonly counted: Leaves; readonly recorded: Leaves }
  /** A journal of an earlier version had no second record of signed numbers: it was made from the rows. */
  | { readonly kind: 'numbers-made'; readonly deals: number }
  /** The second record is gone: it was made again from the rows. */
  | { readonly kind: 'numbers-missing'; readonly deals: number }
  /** Lines of the second record are not as they were written: they were left out. */
  | { readonly kind: 'numbers-damaged'; readonly lines: number };

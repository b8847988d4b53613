import type { Address, DealId, GasWei, Period, Wei } from '../../core/units.js';
import type { Unrenewable } from './decide-renewal.js';

/** What looking after files cannot do by itself. */
export type NeedCause =
  /** Only the wallet may let the deal last longer. */
  | { readonly kind: 'bound'; readonly deal: DealId; readonly provider: Address; readonly end: Period }
  /** The deal cannot be renewed at all: what it stores has to move. */
  | { readonly kind: 'move'; readonly deal: DealId; readonly provider: Address; readonly end: Period; readonly reason: Unrenewable }
  /** Renewing `deals` deals takes token wei that are not there. */
  | {
      readonly kind: 'money';
      readonly deals: number;
      /** First period in which one of them is over. */
      readonly end: Period;
      readonly missing: Wei;
      readonly lacks: 'budget' | 'purse';
    }
  /** The account that pays for transactions runs out of coin. */
  | { readonly kind: 'coin'; readonly account: Address; readonly coin: GasWei; readonly needed: GasWei }
  /** Lost shards of an object are not placed elsewhere. */
  | { readonly kind: 'repair'; readonly object: string; readonly name: string; readonly detail: string };

/** Something that a person has to do. */
export type Need = NeedCause & {
  /** The same for the same thing, at most 200 characters. */
  readonly id: string;
  /** When it is too late, milliseconds since 1970; undefined for what may be too late at any time. */
  readonly due?: number | undefined;
};

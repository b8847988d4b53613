import { HoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import type { Address } from '../../../../node/core/units.js';
import type { Receipt, SettlementAction, SubmitOptions } from '../../../../node/ports/settlement.js';

/** A transaction on its way: signed and sent, in no block yet. */
export interface Waiting {
  readonly from: Address;
  readonly action: SettlementAction;
  readonly options: SubmitOptions;
  /** Newest block when it was sent. */
  readonly since: number;
  /** Blocks that come before the one that may take it. */
  readonly delay: number;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/** What honest parties have sent. Of one account audits go first, the others in their order; of several, whose time has come first. */
export interface Pool {
  submit(from: Address, action: SettlementAction, options: SubmitOptions): Promise<Receipt>;
  /** Takes out what the next block, after `block`, has to carry: undefined if it may be empty. What is too late or was given up is rejected. */
  take(block: number): Waiting | undefined;
  readonly size: number;
}

export interface PoolOptions {
  /** Newest block. */
  readonly block: () => number;
  /** How many blocks the next transaction waits. */
  readonly delay: () => number;
}

export const createPool = ({ block, delay }: PoolOptions): Pool => {
  const waiting: Waiting[] = [];
  const remove = (entry: Waiting): void => void waiting.splice(waiting.indexOf(entry), 1);

  /** Rejects what nobody wants any more. */
  const sweep = (newest: number): void => {
    for (const entry of [...waiting]) {
      const { signal, deadline } = entry.options;
      if (signal?.aborted) entry.reject(signal.reason);
      else if (deadline !== undefined && newest >= deadline)
        entry.reject(new HoldfastError('TRANSACTION_EXPIRED', { action: entry.action.kind, deadline }));
      else continue;
      remove(entry);
    }
  };
  const isFirst = (entry: Waiting): boolean => {
    const own = waiting.filter(({ from }) => from === entry.from);
    return entry === (own.find(({ options }) => options.priority === 'audit') ?? own[0]);
  };

  return {
    get size() {
      return waiting.length;
    },
    submit: (from, action, options) =>
      new Promise((resolve, reject) => void waiting.push({ from, action, options, since: block(), delay: delay(), resolve, reject })),
    take: (newest) => {
      sweep(newest);
      const due = waiting.filter((entry) => isFirst(entry) && newest - entry.since >= entry.delay);
      const [first] = due.sort((a, b) => a.since + a.delay - (b.since + b.delay));
      if (first !== undefined) remove(first);
      return first;
    },
  };
};

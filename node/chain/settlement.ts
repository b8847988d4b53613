import { join } from 'node:path';
import { isHoldfastError } from '../core/errors/holdfast-error.js';
import { gasWei } from '../core/units.js';
import type { Settlement, SettlementAction } from '../ports/settlement.js';
import { actionReceipt } from './market/action-receipt.js';
import { callFor } from './market/actions.js';
import { eventDecoder } from './market/events.js';
import { marketFolder } from './market/market-book.js';
import { openReader } from './open-reader.js';
import type { SettlementReaderOptions } from './reader-options.js';
import type { Rpc } from './rpc/rpc.js';
import { underSignal } from './rpc/under-signal.js';
import { feeCap, feePolicyOf, quoteFees } from './transactions/fees.js';
import { createTransactionQueue, type TransactionQueueOptions } from './transactions/queue.js';

export interface SettlementOptions extends SettlementReaderOptions, Omit<TransactionQueueOptions, 'rpc' | 'directory' | 'log'> {
  /** Folder for signed transactions on their way and for what was read of the chain; one process at a time. */
  readonly directory: string;
  /** Gas that each item of a batch may use (R14). Default 600,000. */
  readonly batchItemGas?: number;
}

const labelOf = (action: SettlementAction): string => {
  if (action.kind === 'batch') return `batch of ${action.items.map((item) => item.kind).join(', ')}`.slice(0, 120);
  if (action.kind === 'prove') return `prove period ${action.period}`;
  return action.kind;
};

/** Actions that set something, or do nothing where nothing is due: the same one may be wanted again, and does no harm twice. */
const REPEATABLE: ReadonlySet<SettlementAction['kind']> = new Set([
  ...(['approve', 'setOperator', 'setEndpoint', 'setAsk', 'setLockLimit', 'setBounds', 'setSigner'] as const),
  ...(['sync', 'prove', 'answer', 'batch'] as const),
]);

/** The most that a unit of gas costs in what is signed now; all that is allowed, where the chain asks more. */
const capNow = async (rpc: Rpc, { maxFeePerGas, legacyGas }: SettlementOptions, signal?: AbortSignal): Promise<bigint> => {
  const policy = feePolicyOf({ maxFeePerGas, legacyGas });
  return quoteFees(signal === undefined ? rpc : underSignal(rpc, signal), policy).then(feeCap, (error: unknown) => {
    if (isHoldfastError(error, 'FEE_TOO_HIGH')) return policy.maxFeePerGas;
    throw error;
  });
};

/**
 * Connects to the market that `book` names and acts with one key. What an earlier process signed and did not see mined is
 * finished first. RPC_UNREACHABLE, WRONG_CHAIN, MARKET_MISSING, DEPLOYMENT_MISMATCH, JOURNAL_IN_USE.
 */
export const createSettlement = async (options: SettlementOptions): Promise<Settlement> => {
  const { rpc, contracts, reader, close } = await openReader(options);
  try {
    const directory = join(options.directory, marketFolder(options.book), 'transactions');
    const queue = await createTransactionQueue({ ...options, rpc, directory });
    const decode = eventDecoder(contracts);
    return {
      ...reader,
      account: queue.account,
      submit: async (action, { priority, deadline, intention, signal, onSent } = {}) => {
        const call = callFor(contracts, action, options.batchItemGas ?? 600_000);
        const mined = await queue.submit({
          ...call,
          action: labelOf(action),
          repeatable: REPEATABLE.has(action.kind),
          ...(intention === undefined ? {} : { intention }),
          ...(priority === undefined ? {} : { priority }),
          ...(deadline === undefined ? {} : { deadline }),
          ...(signal === undefined ? {} : { signal }),
          ...(onSent === undefined ? {} : { onSent }),
        });
        return actionReceipt(mined, decode);
      },
      foreign: (signal) => queue.foreign(signal),
      feeCap: async (signal) => gasWei(await capNow(rpc, options, signal)),
      close: async () => {
        await queue.close();
        close();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
};

import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { accountedOf } from '../../core/ledger/balances.js';
import type { NamedEvent } from '../../core/ledger/transfers.js';
import type { WatchedContracts } from '../../core/ledger/watched.js';
import type { BlockNumber } from '../../core/units.js';
import { IVault__factory } from '../contracts/factories/interfaces/IVault__factory.js';
import type { CursorSource } from '../index/event-cursor.js';
import { contractAnswers } from './contract-answers.js';
import type { LedgerRecord } from './decode.js';
import { holdProviders, type ProvidersToHold } from './hold-providers.js';
import { verifyBalances, type BalanceCheck } from './verify-balances.js';

/** What a told history was held against so far: sums and entries of the contracts, and those of them that the RPC has no state for. */
export interface Held extends BalanceCheck {
  readonly block: BlockNumber;
}

export interface HoldOptions extends Omit<ProvidersToHold, 'contracts'> {
  readonly contracts: WatchedContracts;
  /** Block of the market's deployment: read from there on, everything is known. */
  readonly deployment: BlockNumber;
}

export interface HeldHistory extends CursorSource<LedgerRecord> {
  /** Undefined before the history was read up to the newest block. */
  held(): Held | undefined;
}

/** Blocks between two looks at all providers. */
const PROVIDERS_EVERY = 100;

const ACCOUNTED = IVault__factory.createInterface().encodeFunctionData('accounted');

const neverAborted = new AbortController().signal;

/**
 * A history that one RPC tells, held against the contracts as they are at the newest block: what everybody owns together, which providers have
 * registered and proven; and, where it is read from the deployment on, every credit, stake and escrow. LOGS_INCOMPLETE or
 * LEDGER_BALANCE_MISFIT for an RPC that prunes its logs, or gives the first few.
 */
export const holdHistory = (told: CursorSource<LedgerRecord>, options: HoldOptions): HeldHistory => {
  const { source, contracts, start, deployment } = options;
  const isWhole = start <= deployment;
  let newest = -1;
  let records: readonly LedgerRecord[] = [];
  let held: Held | undefined;
  let providersAt = -PROVIDERS_EVERY;
  /** What the vault accounted for before `start`. */
  let before: bigint | undefined = isWhole ? 0n : undefined;

  const accountedAt = async (block: number, signal: AbortSignal): Promise<bigint | undefined> => {
    const [answer] = await contractAnswers(source, [{ to: contracts.vault, data: ACCOUNTED }], block, signal);
    return answer === undefined ? undefined : BigInt(answer);
  };

  const holdSum = async (events: readonly NamedEvent[], block: number, signal: AbortSignal): Promise<BalanceCheck> => {
    before ??= await accountedAt(start - 1, signal);
    const found = await accountedAt(block, signal);
    if (before === undefined || found === undefined) return { checked: 0, refused: 1 };
    const expected = before + accountedOf(events);
    if (expected === found) return { checked: 1, refused: 0 };
    const what = 'sum of what everybody owns';
    throw new HoldfastError('LEDGER_BALANCE_MISFIT', { block, what, account: contracts.vault, expected, found, url: source.name });
  };

  const hold = async (fresh: readonly LedgerRecord[], block: BlockNumber, signal: AbortSignal): Promise<Held> => {
    const events = records.flatMap((record) => record.events);
    const checks = [await holdSum(events, block, signal)];
    if (block - providersAt >= PROVIDERS_EVERY) {
      checks.push(await holdProviders(options, events, block, signal));
      providersAt = block;
    }
    const touched = new Set(fresh.flatMap((record) => record.events.flatMap(({ args }) => Object.values(args))));
    const concerns = (account: string): boolean => held === undefined || touched.has(account);
    if (isWhole) checks.push(await verifyBalances(source, contracts, events, block, concerns, signal));
    return [...(held === undefined ? [] : [held]), ...checks].reduce<Held>(
      (sum, { checked, refused }) => ({ block, checked: sum.checked + checked, refused: sum.refused + refused }),
      { block, checked: 0, refused: 0 },
    );
  };

  return {
    held: () => held,
    head: async (signal) => {
      const head = await told.head(signal);
      newest = head.block;
      return head;
    },
    blockHash: told.blockHash,
    events: async (from, to, signal = neverAborted) => {
      const hash = await told.blockHash(to, signal);
      const fresh = await told.events(from, to, signal);
      records = [...records.filter(({ block }) => block < from), ...fresh];
      if (to !== newest) return fresh;
      try {
        held = await hold(fresh, to, signal);
      } catch (error) {
        // Nothing is held of a block that is gone: whoever reads finds that out, and reads again.
        if ((await told.blockHash(to, signal)) === hash) throw error;
      }
      return fresh;
    },
  };
};

import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import { watchOver, type WatchedContracts } from '../../core/ledger/watched.js';
import type { Counts } from '../../core/ledger/chunk.js';
import type { Segment } from '../../core/ledger/segments.js';
import type { ChainFamily } from '../../core/market/networks.js';
import { blockNumber, type BlockNumber, type Hash } from '../../core/units.js';
import type { CursorSource } from '../index/event-cursor.js';
import { agreeOnHead, headNamed } from './agree.js';
import type { BlockSource } from './block-source.js';
import { verifyBalances, type BalanceCheck } from './verify-balances.js';
import { comparingReader } from './compare-chunk.js';
import { ledgerDecoder, type LedgerRecord } from './decode.js';
import { descend, type Anchor, type Descent } from './descend.js';
import { opStackReader, recomputingReader, type ChunkReader } from './read-chunk.js';

/** What the verifications of this run established together, up to the newest head. */
export interface Verification {
  readonly head: Anchor;
  readonly counts: Counts;
  /** Blocks that an earlier verification had checked. */
  readonly cached: number;
  readonly reorganizedFrom?: number;
  readonly balances: BalanceCheck;
}

export interface VerifiedHistoryOptions {
  readonly first: BlockSource;
  /** Needed unless a head is given. */
  readonly second?: BlockSource | undefined;
  readonly family: ChainFamily;
  readonly contracts: WatchedContracts;
  readonly deployment: { readonly block: BlockNumber; readonly hash: Hash };
  /** A block that is trusted, instead of one that two RPCs agree on. */
  readonly head?: Hash | undefined;
  readonly known: readonly Segment[];
  readonly keep?: (segments: readonly Segment[]) => Promise<void>;
  readonly progress?: (done: number, of: number) => void;
  /** How long two RPCs may differ on the newest block, milliseconds. */
  readonly agreementMilliseconds?: number | undefined;
}

/** The settlement history, every record of it verified, as a source of an event cursor. */
export interface VerifiedHistory extends CursorSource<LedgerRecord> {
  /** Undefined before the first records. */
  last(): Verification | undefined;
}

/** What two verifications come to, the second of which found the first one's blocks checked. */
const together = (before: Verification | undefined, now: Verification): Verification =>
  before === undefined
    ? now
    : {
        ...before,
        ...now,
        counts: {
          headers: before.counts.headers + now.counts.headers,
          receipts: before.counts.receipts + now.counts.receipts,
          compared: before.counts.compared + now.counts.compared,
        },
        cached: before.cached,
        balances: {
          checked: before.balances.checked + now.balances.checked,
          refused: before.balances.refused + now.balances.refused,
        },
      };

/** Reorganizations in a row after which a chain is given up. */
const MOST_MOVES = 5;

const readerOf = ({ first, second, family, contracts }: VerifiedHistoryOptions): ChunkReader => {
  const watch = watchOver(contracts);
  if (family === 'ethereum') return recomputingReader(first, watch);
  if (family === 'op-stack') return opStackReader(first, second, watch);
  if (second === undefined) throw new HoldfastError('LEDGER_SECOND_RPC_NEEDED', { family });
  return comparingReader(first, second);
};

/** LEDGER_HEAD_NEEDED, LEDGER_SECOND_RPC_NEEDED without what to trust. */
export const createVerifiedHistory = (options: VerifiedHistoryOptions): VerifiedHistory => {
  const { first, second, deployment, contracts, progress } = options;
  const read = readerOf(options);
  if (options.head === undefined && second === undefined) throw new HoldfastError('LEDGER_HEAD_NEEDED', {});
  const decode = ledgerDecoder(contracts);
  let known = options.known;
  let head: Anchor | undefined;
  let last: Verification | undefined;
  let moves = 0;
  let refusal: HoldfastError | undefined;

  const keep = async (segments: readonly Segment[]): Promise<void> => {
    known = segments;
    await options.keep?.(segments);
  };

  const trustedHead = async (signal: AbortSignal): Promise<Anchor> => {
    if (options.head !== undefined) return headNamed(first, options.head, signal);
    const patience = options.agreementMilliseconds;
    const agreement = { first, second: second as BlockSource, deployment, signal };
    return agreeOnHead(patience === undefined ? agreement : { ...agreement, patienceMilliseconds: patience });
  };

  const canonical = async (block: number, signal: AbortSignal): Promise<Hash | undefined> =>
    (await first.headers([block], signal))[0]?.reportedHash;

  /** The descent, or undefined if the chain moved meanwhile. */
  const attempt = async (at: Anchor, signal: AbortSignal): Promise<Descent | undefined> => {
    const reporting = progress === undefined ? {} : { progress };
    try {
      const descent = await descend({ read, url: first.name, head: at, deployment, known, keep, signal, ...reporting });
      moves = 0;
      return descent;
    } catch (error) {
      if (!isHoldfastError(error, 'LEDGER_MISFIT', 'LEDGER_RPCS_DIFFER') || (await canonical(at.block, signal)) === at.hash) throw error;
      moves += 1;
      if (moves >= MOST_MOVES) throw new HoldfastError('LEDGER_UNSTEADY', { times: moves, url: first.name });
      return undefined;
    }
  };

  return {
    last: () => last,
    head: async (signal = neverAborted) => {
      head = await trustedHead(signal);
      return { block: blockNumber(head.block), hash: head.hash, timestamp: 0 };
    },
    blockHash: async (block, signal = neverAborted) => {
      const found = await canonical(block, signal);
      return block === head?.block && found !== head.hash ? undefined : found;
    },
    events: async (from, to, signal = neverAborted) => {
      // A cursor asks for less after a refusal, and less than everything cannot be verified.
      if (refusal !== undefined) throw refusal;
      if (head === undefined || head.block !== to) throw new RangeError('a verified history is read up to its head');
      const at = head;
      const descent = await attempt(at, signal).catch((error: unknown) => {
        refusal = isHoldfastError(error, 'RPC_REFUSED') ? error : undefined;
        throw error;
      });
      if (descent === undefined) return [];
      const records = descent.records.map(decode);
      const fresh = records.filter(({ block }) => block >= from);
      const touched = new Set(fresh.flatMap(({ events }) => events.flatMap(({ args }) => Object.values(args))));
      const events = records.flatMap((record) => record.events);
      const concerns = (account: string): boolean => from <= deployment.block || touched.has(account);
      const balances = await verifyBalances(first, contracts, events, at.block, concerns, signal);
      const { counts, cached, reorganizedFrom } = descent;
      last = together(last, { head: at, counts, cached, balances, ...(reorganizedFrom === undefined ? {} : { reorganizedFrom }) });
      return fresh;
    },
  };
};

const neverAborted = new AbortController().signal;

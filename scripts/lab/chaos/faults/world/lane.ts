import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../../../../../node/core/tasks/waiting.js';
import { wei } from '../../../../../node/core/units.js';
import { parametersOf } from '../../../../deploy/terms/parameters.js';
import { createAnvilMarket, type AnvilMarket } from '../../../bench/anvil-market.js';

/** W ≥ 60 blocks: P is 120. */
const NETWORK = 'filecoin-test';
const SUPPLY = wei(10n ** 27n);
/** Milliseconds between two blocks while something is waited for, and between two looks. */
const TICK = 120;
const LOOK = 60;
const PATIENCE = 150_000;

/** A transaction in no block yet. */
export interface WaitingTransaction {
  readonly hash: string;
  readonly from: string;
  readonly to: string;
  readonly nonce: string;
}

/** One market on a chain of its own whose blocks come when they are told to. Faults take turns on it. */
export interface Lane extends AsyncDisposable {
  readonly market: AnvilMarket;
  readonly periodBlocks: number;
  readonly windowBlocks: number;
  /** Folder for what the worlds of this lane keep. */
  readonly folder: string;
  rpc<Result = unknown>(method: string, ...params: readonly unknown[]): Promise<Result>;
  /** Number of the newest block. */
  block(): Promise<number>;
  mine(blocks: number): Promise<void>;
  /** Whether every transaction gets a block at once. */
  automine(on: boolean): Promise<void>;
  /**
   * Makes blocks, one every `pace` milliseconds, until `holds`; none for a pace of Infinity. Rejects, saying `what`, if that takes too long.
   * Time is counted in looks, so that blocks come more slowly on a machine that is slow, and none comes while {@link Lane.isFollowed} does not hold.
   */
  until(what: string, holds: () => boolean | Promise<boolean>, signal: AbortSignal, pace?: number): Promise<void>;
  /** Milliseconds between two blocks where no pace is given. */
  tick: number;
  /** Whether the daemon there is keeps up with the blocks that come. Asked at each look. */
  isFollowed: () => boolean;
  /** Waits, without blocks. */
  still(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Makes blocks, one at a time, until `work` is done; `pace` as of {@link Lane.until}. */
  during<Result>(work: Promise<Result>, signal: AbortSignal, pace?: number): Promise<Result>;
  /** Period and block in it, of the newest block. */
  moment(): Promise<{ readonly period: number; readonly offset: number }>;
  /** First block of `period`. */
  firstBlock(period: number): number;
  /** What waits for a block, once something does, without making one. */
  waiting(signal: AbortSignal): Promise<WaitingTransaction>;
  /** Makes blocks up to block `offset` of the next period. */
  toNext(offset: number): Promise<number>;
}

export const createLane = async (): Promise<Lane> => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-chaos-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const market = stack.use(await createAnvilMarket({ folder, network: NETWORK, supply: SUPPLY }));
  const { periodBlocks, windowBlocks } = parametersOf(NETWORK).parameters;
  const genesis = Number(await market.contracts.market.genesisBlock());
  const rpc: Lane['rpc'] = async <Result>(method: string, ...params: readonly unknown[]) =>
    (await market.provider.send(method, [...params])) as Result;
  const block = async (): Promise<number> => Number(await rpc<string>('eth_blockNumber'));
  const mine = async (blocks: number): Promise<void> => {
    if (blocks > 0) await rpc('anvil_mine', `0x${blocks.toString(16)}`);
  };
  const until: Lane['until'] = async (what, holds, signal, pace = lane.tick) => {
    const deadline = Date.now() + PATIENCE;
    for (let waited = 0; !(await holds()); await pause(LOOK, signal), waited += LOOK) {
      if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
      if (!lane.isFollowed() || waited < pace) continue;
      await mine(1);
      waited = 0;
    }
  };
  const pool = async (): Promise<WaitingTransaction[]> => {
    const { pending } = await rpc<{ pending: Record<string, Record<string, WaitingTransaction>> }>('txpool_content');
    return Object.values(pending).flatMap((account) => Object.values(account));
  };
  const moment: Lane['moment'] = async () => {
    const since = (await block()) - genesis;
    return { period: 1 + Math.floor(since / periodBlocks), offset: since % periodBlocks };
  };
  await rpc('anvil_autoImpersonateAccount', true);
  const resources = stack.move();
  const lane: Lane = {
    tick: TICK,
    isFollowed: () => true,
    market,
    periodBlocks,
    windowBlocks,
    folder,
    rpc,
    block,
    mine,
    automine: async (on) => void (await rpc('evm_setAutomine', on)),
    until,
    still: async (milliseconds, signal) => pause(milliseconds, signal),
    during: async (work, signal, pace) => {
      let over = false;
      const end = (): void => void (over = true);
      work.then(end, end);
      await until('what was begun is over', () => over, signal, pace);
      return work;
    },
    moment,
    waiting: async (signal) => {
      let first: WaitingTransaction | undefined;
      await until('a transaction waits for a block', async () => ([first] = await pool()).length > 0, signal, Infinity);
      if (first === undefined) throw new Error('nothing waits');
      return first;
    },
    firstBlock: (period) => genesis + (period - 1) * periodBlocks,
    toNext: async (offset) => {
      const { period, offset: now } = await moment();
      await mine(periodBlocks - now + offset);
      return period + 1;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
  return lane;
};

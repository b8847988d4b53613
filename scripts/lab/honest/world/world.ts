import { callFor } from '../../../../node/chain/market/actions.js';
import { eventDecoder } from '../../../../node/chain/market/events.js';
import { revertIn } from '../../../../node/chain/rpc/revert.js';
import { actionReceipt } from '../../../../node/chain/market/action-receipt.js';
import { readerOver } from '../../../../node/chain/open-reader.js';
import { isHoldfastError } from '../../../../node/core/errors/holdfast-error.js';
import type { ChainHead } from '../../../../node/core/market/deal.js';
import { firstBlockOf, offsetAt, periodAt } from '../../../../node/core/market/schedule.js';
import { blockNumber, gasWei, type Address, type Period } from '../../../../node/core/units.js';
import type { MarketEvent, Receipt, Settlement, SettlementReader } from '../../../../node/ports/settlement.js';
import type { Chance } from '../../staging/chance.js';
import type { PreparedCall } from '../../staging/chain.js';
import { createDirectRpc } from '../chain/direct-rpc.js';
import type { Stage } from '../chain/stage.js';
import type { Tally } from '../tally.js';
import { createKnownReads } from './known-reads.js';
import { createBlockClock, type BlockClock } from './clock.js';
import { createHeads } from './heads.js';
import { createPool, type Waiting } from './pool.js';

/** Gas that an item of a batch may use, as the node allows it. */
const ITEM_GAS = 600_000;
/** Gas of a transaction that shares its block. */
const CROWDED = { gas: '0x7a120', gasPrice: '0x2540be400' } as const;
/** Most blocks that come at once while nobody is pressed. */
const STRIDE = 4;

/** Who lives with the blocks. */
export interface Daemon {
  step(signal: AbortSignal): Promise<void>;
  /** Whether it is woken with this block. */
  awake(): boolean;
}

/** What becomes of a call that somebody sends in a block of its own. */
export type Outcome = { readonly done: true; readonly receipt: Receipt } | { readonly done: false; readonly code: string };

/** Hears what happened in the blocks since the last time; `ended` after a move rather than a block. */
export type Hear = (events: readonly MarketEvent[], ended: boolean) => Promise<void>;

/** The chain of one run, and everybody's way to it. */
export interface World {
  readonly stage: Stage;
  readonly reader: SettlementReader;
  readonly clock: BlockClock;
  readonly tally: Tally;
  /** Newest block. */
  readonly head: ChainHead;
  readonly period: Period;
  /** Blocks since the first of the period. */
  readonly offset: number;
  /** The chain for one account of honest people: what it sends lies in the pool until a block takes it. */
  settlementOf(account: Address): Settlement;
  /** Sends a call in the next block, and lets the daemons live with it. */
  attempt(from: Address, verb: string, call: PreparedCall | Promise<PreparedCall>): Promise<Outcome>;
  /** Sends calls that all fit into the next block; what is refused is passed over. */
  together(verb: string, calls: readonly { readonly from: Address; readonly call: Promise<PreparedCall> }[]): Promise<void>;
  /** Lets `blocks` blocks come. */
  pass(blocks: number): Promise<void>;
  /** Lets blocks come up to block `offset` of `period`, unless that is past. */
  passTo(period: number, offset: number): Promise<void>;
  /** Counts something that an honest person does until it is over; if it fails, so does the next {@link World.quiet}. */
  follow(task: Promise<void>): void;
  /** Waits until everybody waits for a block. */
  quiet(): Promise<void>;
  join(daemon: Daemon): void;
  /** May throw. */
  watch(hear: Hear): void;
  /** Has those who watch look again: something may have happened beside the chain. */
  look(): Promise<void>;
  close(): void;
}

export interface WorldOptions {
  readonly stage: Stage;
  readonly chance: Chance;
  readonly tally: Tally;
  /** Blocks that a transaction of honest people may have to wait, in a window and outside. */
  readonly delays: { readonly window: number; readonly usual: number };
}

export const createWorld = async ({ stage, chance, tally, delays }: WorldOptions): Promise<World> => {
  const { chain, book, parameters } = stage;
  const { genesisBlock } = book;
  const rpc = createDirectRpc(chain);
  const { reader: source, contracts } = await readerOver(rpc, { book, pageSize: 200 });
  const { reader, forget: forgetReads } = createKnownReads(source);
  const forget = (): void => {
    rpc.forget();
    forgetReads();
  };
  const decode = eventDecoder(contracts);
  const clock = createBlockClock();
  const luck = chance.of('delays');
  const daemons: Daemon[] = [];
  const watchers: Hear[] = [];
  const { signal } = new AbortController();
  let head = await reader.head();
  let heard: number = head.block;
  const heads = createHeads(() => head);
  /** Whether no transaction was sent since events were read. */
  let quietBlocks = false;
  let following = 0;
  let failure: Error | undefined;
  clock.strike(head.timestamp);

  const offset = (): number => offsetAt(head.block, genesisBlock, parameters.periodBlocks);
  const period = (): Period => periodAt(head.block, genesisBlock, parameters.periodBlocks);
  const inWindow = (): boolean => offset() < parameters.windowBlocks;
  const pool = createPool({ block: () => head.block, delay: () => luck.below(1 + (inWindow() ? delays.window : delays.usual)) });

  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 2 || rpc.busy || (following > 0 && heads.waiting === 0 && pool.size === 0); turn++) {
      if (turn > 100_000) throw new Error('somebody waits for what is no block');
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (failure !== undefined) throw failure;
  };

  const tell = async (): Promise<void> => {
    const events = quietBlocks ? [] : await reader.events(blockNumber(heard + 1), head.block);
    [heard, quietBlocks] = [head.block, true];
    for (const hear of watchers) await hear(events, false);
  };

  /** A block is there: everybody hears of it. */
  const meet = async (): Promise<void> => {
    forget();
    head = await reader.head();
    tally.blocks(head.block);
    clock.strike(head.timestamp);
    heads.tell();
    await quiet();
    await tell();
    for (const daemon of daemons) {
      if (daemon.awake()) await daemon.step(signal);
      await quiet();
    }
  };

  const mined = async (from: Address, call: PreparedCall | Promise<PreparedCall>): Promise<Receipt> => {
    try {
      const receipt = actionReceipt(await chain.receiptOf(await chain.send(from, call)), decode);
      // A wei of coin for a unit of gas: what is worth its gas does not depend on this chain's fees.
      return { ...receipt, fee: gasWei(receipt.gasUsed) };
    } catch (error) {
      throw revertIn(error) ?? error;
    } finally {
      forget();
      quietBlocks = false;
    }
  };

  /** One block for many calls; tells how many of them were done. */
  const mineTogether = async (calls: readonly { readonly from: Address; readonly call: Promise<PreparedCall> }[]): Promise<number> => {
    const { provider } = chain;
    const sent: string[] = [];
    await provider.send('evm_setAutomine', [false]);
    for (const { from, call } of calls) {
      const { to, data } = await call;
      sent.push((await provider.send('eth_sendTransaction', [{ from, to, data, ...CROWDED }])) as string);
    }
    await chain.mine(1);
    await provider.send('evm_setAutomine', [true]);
    forget();
    quietBlocks = false;
    const receipts = await Promise.all(sent.map(async (hash) => provider.getTransactionReceipt(hash)));
    return receipts.filter((receipt) => receipt?.status === 1).length;
  };

  const carry = async ({ from, action, resolve, reject }: Waiting): Promise<void> => {
    try {
      const receipt = await mined(from, callFor(contracts, action, ITEM_GAS));
      tally.action(action, receipt);
      resolve(receipt);
    } catch (error) {
      tally.refusal(error);
      reject(error);
    }
  };

  /** Lives through the newest block, and through those that carry what is due then. */
  const live = async (): Promise<void> => {
    for (;;) {
      await meet();
      const due = pool.take(head.block);
      if (due === undefined) return;
      await carry(due);
    }
  };

  const pass = async (blocks: number): Promise<void> => {
    const last = head.block + blocks;
    while (head.block < last) {
      const pressed = inWindow() || pool.size > 0 || heads.waiting > 0;
      const toNext = firstBlockOf(period() + 1, genesisBlock, parameters.periodBlocks) - head.block;
      await chain.mine(pressed ? 1 : Math.min(STRIDE, last - head.block, toNext));
      await live();
    }
  };

  return {
    stage,
    reader,
    clock,
    tally,
    get head() {
      return head;
    },
    get period() {
      return period();
    },
    get offset() {
      return offset();
    },
    settlementOf: (account) => {
      const settlement: Settlement = {
        ...reader,
        get agreed() {
          return settlement;
        },
        account,
        heads: heads.after,
        submit: (action, options = {}) => pool.submit(account, action, options),
        foreign: async () => 0,
        feeCap: async () => gasWei(1n),
        close: async () => undefined,
      };
      return settlement;
    },
    attempt: async (from, verb, call) => {
      try {
        const receipt = await mined(from, call);
        tally.verb(verb);
        tally.failures(receipt);
        await live();
        return { done: true, receipt };
      } catch (error) {
        if (!isHoldfastError(error)) throw error;
        tally.refusal(error);
        await live();
        return { done: false, code: error.code };
      }
    },
    together: async (verb, calls) => {
      const done = await mineTogether(calls);
      for (let i = 0; i < done; i++) tally.verb(verb);
      await live();
    },
    pass,
    passTo: async (wanted, at) => pass(Math.max(0, firstBlockOf(wanted, genesisBlock, parameters.periodBlocks) + at - head.block)),
    follow: (task) => {
      following += 1;
      void task
        .catch((error: unknown) => (failure ??= error instanceof Error ? error : new Error(String(error))))
        .finally(() => (following -= 1));
    },
    quiet,
    join: (daemon) => void daemons.push(daemon),
    watch: (hear) => void watchers.push(hear),
    look: async () => {
      await quiet();
      for (const hear of watchers) await hear([], true);
    },
    close: () => rpc.close(),
  };
};

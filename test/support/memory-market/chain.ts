import { randomBytes } from 'node:crypto';
import { concatBytes, toHex, uintBytes } from '../../../node/core/data/bytes.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { keccak256 } from '../../../node/core/data/keccak.js';
import type { ChainHead, MarketParameters } from '../../../node/core/market/deal.js';
import type { MarketIdentity } from '../../../node/core/keys/market-identity.js';
import type { Address, BlockNumber, GasWei, Hash } from '../../../node/core/units.js';
import type { MarketEvent, Receipt, SettlementAction, SubmitOptions } from '../../../node/ports/settlement.js';
import { payCoin, runAction, runItem, type FailedItem } from './actions.js';
import { emptyState, type MarketCall, type MarketState } from './state.js';

/** `instant`: each action is mined at once in a block of its own. `next-block`: with the next `mine`. `never`: it waits. */
export type Inclusion = 'instant' | 'next-block' | 'never';

export interface MemoryChainOptions {
  readonly identity: MarketIdentity;
  readonly parameters: MarketParameters;
  readonly genesisBlock: BlockNumber;
  /** When a block is made, milliseconds since 1970; without it one comes twelve seconds after the other. */
  readonly now?: (() => number) | undefined;
}

interface Block extends ChainHead {
  readonly events: MarketEvent[];
  /** State after the block; shared with the block before it if nothing happened. */
  state: MarketState;
}

interface Pending {
  readonly account: Address;
  readonly action: SettlementAction;
  readonly options: SubmitOptions;
  resolve(receipt: Receipt): void;
  reject(reason: unknown): void;
}

const GAS = 100_000n;
/** Wei of coin that a unit of gas costs. */
export const GAS_PRICE = 10n ** 9n;
const HASH_AGES = 256;

type Emitted = Pick<MarketEvent, 'name' | 'args'>;

/** One chain in memory: blocks, a pool of transactions, and the state after each block. */
export class MemoryChain {
  inclusion: Inclusion = 'instant';
  readonly #blocks: Block[] = [];
  readonly #pool: Pending[] = [];
  readonly #watchers = new Set<() => void>();
  #fork = 0;
  #transactions = 0;
  #draining = false;

  constructor(readonly options: MemoryChainOptions) {
    const state = emptyState();
    for (let block = 0; block <= options.genesisBlock; block++) this.#append(state, []);
  }

  get head(): ChainHead & { readonly state: MarketState } {
    return this.#blocks[this.#blocks.length - 1] as Block;
  }

  block(number: number): ChainHead | undefined {
    return this.#blocks[number];
  }

  events(from: number, to: number): MarketEvent[] {
    return this.#blocks.slice(from, to + 1).flatMap((block) => block.events);
  }

  /** A read-only call in the newest block. */
  view(caller: Address): MarketCall {
    return this.#call(caller, this.head.block, this.head.state, []);
  }

  /** Changes the state of the newest block from outside the rules: endowments of test accounts. */
  endow(change: (state: MarketState) => void): void {
    const block = this.#blocks[this.#blocks.length - 1] as Block;
    block.state = structuredClone(block.state);
    change(block.state);
  }

  mine(blocks: number): void {
    for (let i = 0; i < blocks; i++) this.#mineBlock(this.inclusion === 'never' ? [] : this.#take());
  }

  /** Puts other, empty blocks in the place of the last `depth`, and one more. What was in them is forgotten. */
  reorganize(depth: number): void {
    this.#blocks.splice(this.#blocks.length - depth);
    this.#fork += 1;
    for (let i = 0; i <= depth; i++) this.#mineBlock([]);
  }

  submit(account: Address, action: SettlementAction, options: SubmitOptions): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { account, action, options, resolve, reject };
      const first = !this.#pool.some((other) => other.account === account);
      if (first && this.inclusion !== 'instant') this.#run(pending, this.head.block + 1, []);
      this.#pool.push(pending);
      options.signal?.addEventListener('abort', () => {
        const index = this.#pool.indexOf(pending);
        if (index >= 0) this.#pool.splice(index, 1);
        reject(options.signal?.reason as Error);
      });
      if (this.inclusion === 'instant') this.#drainSoon();
      else options.onSent?.();
    });
  }

  /** Waits for a head other than `known`, or for the signal. */
  async nextHead(known: Hash, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.head.hash === known)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#watchers.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this.#watchers.add(done);
        signal.addEventListener('abort', done);
      });
  }

  #drainSoon(): void {
    if (this.#draining) return;
    this.#draining = true;
    queueMicrotask(() => {
      this.#draining = false;
      for (const pending of this.#take()) this.#mineAlone(pending);
    });
  }

  #mineAlone(pending: Pending): void {
    try {
      this.#run(pending, this.head.block + 1, []);
    } catch (error) {
      return pending.reject(error);
    }
    pending.options.onSent?.();
    this.#mineBlock([pending]);
  }

  /** All that waits, audits first. */
  #take(): Pending[] {
    const all = this.#pool.splice(0);
    const audits = all.filter(({ options }) => options.priority === 'audit');
    return [...audits, ...all.filter((pending) => !audits.includes(pending))];
  }

  #expire(block: number): void {
    for (const pending of [...this.#pool]) {
      if (pending.options.deadline === undefined || block <= pending.options.deadline) continue;
      this.#pool.splice(this.#pool.indexOf(pending), 1);
      pending.reject(new HoldfastError('TRANSACTION_EXPIRED', { action: pending.action.kind, deadline: pending.options.deadline }));
    }
  }

  #mineBlock(included: readonly Pending[]): void {
    const number = this.#blocks.length;
    const events: MarketEvent[] = [];
    const settled: (() => void)[] = [];
    let state = this.head.state;
    const head = this.#nextHead();
    for (const pending of included) {
      try {
        const emitted: Emitted[] = [];
        const { state: after, failed } = this.#run(pending, number, emitted, state);
        state = after;
        const transaction = keccak256(uintBytes(++this.#transactions, 32));
        const own = emitted.map((event, i) => ({
          ...event,
          block: head.block,
          blockHash: head.hash,
          transaction,
          logIndex: events.length + i,
        }));
        events.push(...own);
        const receipt = { hash: transaction, block: head.block, blockHash: head.hash, gasUsed: GAS, fee: (GAS * GAS_PRICE) as GasWei };
        settled.push(() => pending.resolve({ ...receipt, events: own, failed }));
      } catch (error) {
        settled.push(() => pending.reject(error));
      }
    }
    this.#append(state, events);
    for (const settle of settled) settle();
    this.#expire(number);
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Runs a transaction on a copy of the state. Throws what it reverts with. */
  #run(pending: Pending, block: number, emitted: Emitted[], before = this.head.state): { state: MarketState; failed: FailedItem[] } {
    const { account, action, options } = pending;
    if (options.deadline !== undefined && block > options.deadline)
      throw new HoldfastError('TRANSACTION_EXPIRED', { action: action.kind, deadline: options.deadline });
    let state = structuredClone(before);
    payCoin(this.#call(account, block, state, []), GAS * GAS_PRICE);
    const failed: FailedItem[] = [];
    if (action.kind !== 'batch') runAction(this.#call(account, block, state, emitted), action);
    else
      for (const [index, item] of action.items.entries()) {
        const copy = structuredClone(state);
        const own: Emitted[] = [];
        try {
          runItem(this.#call(account, block, copy, own), item);
          state = copy;
          emitted.push(...own);
        } catch (error) {
          failed.push({ index, error: error as Error });
          emitted.push({ name: 'BatchItemFailed', args: { index: BigInt(index), reason: '0x' } });
        }
      }
    return { state, failed };
  }

  #call(caller: Address, block: number, state: MarketState, emitted: Emitted[]): MarketCall {
    return {
      ...this.options,
      state,
      caller,
      block,
      blockHash: (number) => (number < block && number >= block - HASH_AGES ? this.#blocks[number]?.hash : undefined),
      emit: (name, args) => void emitted.push({ name, args }),
    };
  }

  #nextHead(): ChainHead {
    const block = this.#blocks.length;
    const hash = keccak256(concatBytes(uintBytes(block, 32), uintBytes(this.#fork, 32), uintBytes(this.options.identity.chainId, 32)));
    const made = this.options.now?.();
    return { block: block as BlockNumber, hash, timestamp: made === undefined ? 1_800_000_000 + 12 * block : Math.floor(made / 1000) };
  }

  #append(state: MarketState, events: MarketEvent[]): void {
    this.#blocks.push({ ...this.#nextHead(), state, events });
  }
}

/** A fresh salt, or any other 32 random bytes. */
export const randomHash = (): Hash => toHex(randomBytes(32)) as Hash;

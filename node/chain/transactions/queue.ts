import { SigningKey, type TransactionReceipt } from 'ethers';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { addressOf } from '../../core/keys/signing.js';
import { MAX_TRANSACTION_GAS } from '../../core/market/capacity.js';
import type { Address, BlockNumber, Hex } from '../../core/units.js';
import { noMetrics } from '../../core/metrics/no-metrics.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import { revertIn } from '../rpc/revert.js';
import type { Rpc } from '../rpc/rpc.js';
import { askClearance, lookAgain, warnUnlessAgreed, type Clearance } from './agreement.js';
import { callOf, countEnd, launch, press, resumeFlight, type Flight, type FlightDeck } from './flight.js';
import { openTransactionJournal } from './journal.js';
import { estimateGas, type Call } from './signing.js';
import { pause, unlessAborted } from '../../core/tasks/waiting.js';

export interface TransactionQueueOptions {
  readonly rpc: Rpc;
  /** Private key of the account, 32 bytes as hex. */
  readonly signerKey: Hex;
  /** Folder of the signed transactions that are not mined yet; one process at a time. */
  readonly directory: string;
  /** Blocks from the one that holds a transaction, itself included, until it counts. Default 1. */
  readonly confirmations?: number;
  /** Blocks without being mined after which a transaction offers more. Default 4. */
  readonly stuckBlocks?: number;
  /** Gas that is added to an estimate: percent of it, and a constant for a period's begin in between. Default 25 and 100,000. */
  readonly gasMarginPercent?: number;
  readonly gasMargin?: number;
  /** Most gas of one transaction (R14). Default {@link MAX_TRANSACTION_GAS}. */
  readonly maxTransactionGas?: number;
  /** Most that a unit of gas may cost, wei of the chain's coin. Default 500 gwei. */
  readonly maxFeePerGas?: bigint;
  /** Sign with one gas price, also where blocks have a base fee. Default false. */
  readonly legacyGas?: boolean;
  /** Most transactions that wait, audits and others each. Default 64. */
  readonly maxWaiting?: number;
  /** Blocks in which a transaction finished for an earlier process answers the same one asked for again. Default 32. */
  readonly claimBlocks?: number;
  /** Longest that `close` waits for the transaction in hand, milliseconds. Default 8,000. */
  readonly closeMilliseconds?: number;
  readonly log?: Log;
  /** Default: nobody counts. */
  readonly metrics?: Metrics;
}

export interface TransactionRequest extends Call {
  /** What it does, for people: shown in errors and logs. */
  readonly action: string;
  readonly priority?: 'audit' | 'normal';
  readonly deadline?: BlockNumber;
  readonly signal?: AbortSignal;
}

/** Sends transactions of one account: each once, in order, audits first. */
export interface TransactionQueue {
  readonly account: Address;
  /**
   * Resolves with the receipt once mined and confirmed. A rejection before it was sent leaves nothing behind. When `signal`
   * aborts while it is on its way, only the wait ends: it may still be mined.
   */
  submit(request: TransactionRequest): Promise<TransactionReceipt>;
  close(): Promise<void>;
}

interface Entry {
  readonly request: TransactionRequest;
  readonly outcome: PromiseWithResolvers<TransactionReceipt>;
  flight?: Flight;
  /** Asked for when its turn comes. */
  clearance?: Clearance;
  /** Whoever waited was told of a disagreement: only what is on its way is followed, nothing is signed anew. */
  abandoned?: true;
}

/** A transaction that an earlier process signed. Nobody waits for it, and whoever wants the same gets its receipt. */
interface Inherited {
  readonly flight: Flight;
  readonly call: Call;
  done?: { readonly receipt: TransactionReceipt; readonly head: number };
}

const sameCall = (a: Call, b: Call): boolean =>
  a.to.toLowerCase() === b.to.toLowerCase() && a.data.toLowerCase() === b.data.toLowerCase() && a.value === b.value;

/** The same endpoint, where nothing is waited for any more once `signal` aborts. */
const underSignal = (rpc: Rpc, signal: AbortSignal): Rpc => {
  const bound: Rpc = {
    ...rpc,
    read: async (call) => rpc.read(call, signal),
    once: async (call) => rpc.once(call, signal),
    get agreed() {
      return agreed;
    },
  };
  const agreed = rpc.agreed === rpc ? bound : underSignal(rpc.agreed, signal);
  return bound;
};

class Queue implements TransactionQueue {
  readonly account: Address;
  private readonly waiting: Entry[] = [];
  private readonly flying: Entry[] = [];
  private wake = Promise.withResolvers<void>();
  private closing = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly deck: FlightDeck,
    private readonly limits: Required<
      Pick<
        TransactionQueueOptions,
        'gasMarginPercent' | 'gasMargin' | 'maxTransactionGas' | 'maxWaiting' | 'claimBlocks' | 'closeMilliseconds'
      >
    >,
    private inherited: Inherited[],
    private readonly stop: AbortController,
  ) {
    this.account = deck.account;
    this.running = this.run();
  }

  async submit(request: TransactionRequest): Promise<TransactionReceipt> {
    const { action, signal, priority = 'normal' } = request;
    signal?.throwIfAborted();
    if (this.closing) throw new HoldfastError('QUEUE_CLOSED', { action });
    const alike = this.waiting.filter((entry) => (entry.request.priority ?? 'normal') === priority).length;
    if (alike >= this.limits.maxWaiting) throw new HoldfastError('QUEUE_FULL', { waiting: alike });
    const entry: Entry = { request, outcome: Promise.withResolvers() };
    this.waiting.push(entry);
    this.wake.resolve();
    try {
      return await unlessAborted(entry.outcome.promise, signal);
    } finally {
      this.drop(this.waiting, entry);
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    for (const entry of this.waiting.splice(0)) {
      entry.outcome.reject(new HoldfastError('QUEUE_CLOSED', { action: entry.request.action }));
    }
    this.wake.resolve();
    const overdue = setTimeout(() => this.stop.abort(), this.limits.closeMilliseconds);
    await this.running;
    clearTimeout(overdue);
    for (const entry of this.flying.splice(0)) {
      entry.outcome.reject(new HoldfastError('ABORTED', { what: `waiting for "${entry.request.action}"` }));
    }
    await this.forget(this.inherited.filter((one) => one.done !== undefined));
    await this.deck.journal.close();
  }

  private drop<T>(list: T[], item: T): void {
    const index = list.indexOf(item);
    if (index >= 0) list.splice(index, 1);
  }

  private get inHand(): boolean {
    return this.flying.length > 0 || this.inherited.some((one) => one.done === undefined);
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted && !(this.closing && !this.inHand)) {
      try {
        if (!this.inHand && this.waiting.length === 0) await this.rest();
        else if (!(await this.step())) await this.rest(this.deck.rpc.pollMilliseconds);
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.deck.log?.warn('transactions-delayed', { reason: String(error) });
        await this.rest(this.deck.rpc.pollMilliseconds);
      }
    }
  }

  /** Waits for a submission or, if given, so many milliseconds. */
  private async rest(milliseconds?: number): Promise<void> {
    const timer = new AbortController();
    const waits: Promise<void>[] = [this.wake.promise];
    if (milliseconds !== undefined) waits.push(pause(milliseconds, timer.signal));
    for (const wait of waits) wait.catch(() => undefined);
    await unlessAborted(Promise.race(waits), this.stop.signal);
    timer.abort();
    this.wake = Promise.withResolvers();
  }

  /** Looks after what is in hand and sends at most one more. True if there may be more to send at once. */
  private async step(): Promise<boolean> {
    const { rpc } = this.deck;
    const head = await rpc.read(async () => rpc.provider.getBlockNumber());
    const urgent = this.waiting.concat(this.flying).some((entry) => entry.request.priority === 'audit');
    await this.followInherited(head, urgent);
    for (const entry of this.flying.toSorted((a, b) => (a.flight?.nonce ?? 0) - (b.flight?.nonce ?? 0)))
      await this.follow(entry, head, urgent);
    const next = this.next();
    if (next === undefined || !this.isCleared(next)) return false;
    this.drop(this.waiting, next);
    await this.send(next, head);
    return this.flying.length === 0 || this.waiting.length > 0;
  }

  /** An audit is sent at once, right behind what is in hand; anything else when nothing is. */
  private next(): Entry | undefined {
    const auditFlies = this.flying.some((entry) => entry.request.priority === 'audit');
    const audit = auditFlies ? undefined : this.waiting.find((entry) => entry.request.priority === 'audit');
    return audit ?? (this.inHand ? undefined : this.waiting[0]);
  }

  /** Whether `entry` may be signed: an audit at once, anything else when the RPCs agree on the chain. */
  private isCleared(entry: Entry): boolean {
    const { rpc, log } = this.deck;
    const { priority, action } = entry.request;
    if (priority === 'audit') {
      warnUnlessAgreed(rpc, action, log);
      return true;
    }
    entry.clearance ??= askClearance(rpc, () => this.wake.resolve());
    const { outcome } = entry.clearance;
    if (outcome === undefined || outcome === 'given') return outcome === 'given';
    this.drop(this.waiting, entry);
    entry.outcome.reject(outcome);
    return false;
  }

  private async send(entry: Entry, head: number): Promise<void> {
    const { request, outcome } = entry;
    try {
      const claimed = await this.claim(request, head);
      if (claimed !== undefined) return outcome.resolve(claimed);
      const { deadline, action, priority = 'normal' } = request;
      if (deadline !== undefined && head >= deadline) throw new HoldfastError('TRANSACTION_EXPIRED', { action, deadline });
      const gasLimit = await this.gasLimit(request);
      if (request.signal?.aborted || this.stop.signal.aborted) throw new HoldfastError('ABORTED', { what: action });
      const terms = { action: action.slice(0, 256), priority, deadline: deadline ?? null };
      entry.flight = await launch(this.deck, request, terms, await this.nextNonce(), gasLimit, head);
      this.flying.push(entry);
    } catch (error) {
      outcome.reject(error);
    }
  }

  private async nextNonce(): Promise<number> {
    const { rpc, account } = this.deck;
    const flights = [
      ...this.flying.map((entry) => entry.flight),
      ...this.inherited.filter((one) => one.done === undefined).map((one) => one.flight),
    ];
    const used = await rpc.read(async () => rpc.provider.getTransactionCount(account, 'latest'));
    return Math.max(used, ...flights.map((flight) => (flight?.nonce ?? -1) + 1));
  }

  private async gasLimit(request: TransactionRequest): Promise<bigint> {
    const { gasMarginPercent, gasMargin, maxTransactionGas } = this.limits;
    const gas = await estimateGas(this.deck.rpc, this.account, request);
    const max = BigInt(maxTransactionGas);
    if (gas > max) throw new HoldfastError('TRANSACTION_TOO_LARGE', { action: request.action, gas, max });
    const generous = request.data === '0x' ? gas : (gas * BigInt(100 + gasMarginPercent)) / 100n + BigInt(gasMargin);
    return generous < max ? generous : max;
  }

  private async follow(entry: Entry, head: number, urgent: boolean): Promise<void> {
    const { flight, outcome, request } = entry;
    if (flight === undefined) return;
    const landing = await lookAgain(this.deck, flight, head, () => this.wake.resolve());
    if (landing.kind === 'unsure') return this.abandon(entry, landing.error);
    if (landing.kind === 'flying') {
      const behindAnother = urgent && request.priority !== 'audit';
      return press(this.deck, flight, head, behindAnother);
    }
    this.drop(this.flying, entry);
    countEnd(this.deck, flight, landing);
    await this.deck.journal.remove(flight.record.id);
    if (landing.kind === 'lost') return this.requeue(entry);
    const { action } = request;
    if (landing.cancelled) outcome.reject(new HoldfastError('TRANSACTION_EXPIRED', { action, deadline: flight.record.deadline ?? head }));
    else if (landing.receipt.status === 1) outcome.resolve(landing.receipt);
    else outcome.reject(await this.revertOf(request, landing.receipt));
  }

  private abandon(entry: Entry, error: HoldfastError | undefined): void {
    if (error === undefined) return;
    entry.abandoned = true;
    entry.outcome.reject(error);
  }

  /** Another process used the nonce, and no attempt can be mined any more: it is safe to sign the action anew. */
  private requeue(entry: Entry): void {
    const { request, outcome } = entry;
    this.deck.log?.info('transaction-nonce-taken', { action: request.action, nonce: entry.flight?.nonce });
    delete entry.flight;
    delete entry.clearance;
    if (entry.abandoned) return;
    if (this.closing) outcome.reject(new HoldfastError('QUEUE_CLOSED', { action: request.action }));
    else if (!request.signal?.aborted) this.waiting.unshift(entry);
  }

  private async revertOf(request: TransactionRequest, receipt: TransactionReceipt): Promise<HoldfastError> {
    const { rpc, account } = this.deck;
    const { action, to, data, value } = request;
    const transaction = receipt.hash;
    const mined = await rpc.read(async () => rpc.provider.getTransaction(transaction));
    if (mined !== null && receipt.gasUsed === mined.gasLimit) {
      return new HoldfastError('TRANSACTION_OUT_OF_GAS', { action, transaction, gas: mined.gasLimit });
    }
    const reverted = new HoldfastError('TRANSACTION_REVERTED', { action, transaction });
    try {
      await rpc.once(async () => rpc.provider.call({ from: account, to, data, value, blockTag: receipt.blockNumber }));
      return reverted;
    } catch (error) {
      if (!(error instanceof HoldfastError) || revertIn(error.cause) === undefined) return reverted;
      return new HoldfastError(error.code, error.data, { cause: reverted });
    }
  }

  private async followInherited(head: number, urgent: boolean): Promise<void> {
    for (const one of [...this.inherited]) {
      if (one.done !== undefined) {
        if (head - one.done.head > this.limits.claimBlocks) await this.forget([one]);
        continue;
      }
      const landing = await lookAgain(this.deck, one.flight, head, () => this.wake.resolve());
      if (landing.kind === 'unsure') continue;
      if (landing.kind === 'flying') {
        await press(this.deck, one.flight, head, urgent);
        continue;
      }
      countEnd(this.deck, one.flight, landing);
      if (landing.kind === 'mined' && !landing.cancelled && landing.receipt.status === 1) one.done = { receipt: landing.receipt, head };
      else await this.forget([one]);
    }
  }

  /** The receipt of an inherited transaction that does what `request` asks for; each answers once. */
  private async claim(request: TransactionRequest, head: number): Promise<TransactionReceipt | undefined> {
    const found = this.inherited.find((one) => one.done !== undefined && sameCall(one.call, request));
    if (found?.done === undefined || head - found.done.head > this.limits.claimBlocks) return undefined;
    this.deck.log?.info('transaction-inherited', { action: request.action, transaction: found.done.receipt.hash });
    await this.forget([found]);
    return found.done.receipt;
  }

  private async forget(those: readonly Inherited[]): Promise<void> {
    for (const one of those) await this.deck.journal.remove(one.flight.record.id);
    this.inherited = this.inherited.filter((one) => !those.includes(one));
  }
}

/**
 * Opens the queue of one account. Transactions that an earlier process signed are looked for, sent again if need be, and
 * finished before anything else; the same action submitted again meanwhile is answered with theirs.
 * JOURNAL_IN_USE when another process has the folder.
 */
export const createTransactionQueue = async (options: TransactionQueueOptions): Promise<TransactionQueue> => {
  const {
    rpc,
    signerKey,
    directory,
    confirmations = 1,
    stuckBlocks = 4,
    maxFeePerGas = 500_000_000_000n,
    legacyGas = false,
    log,
    metrics = noMetrics,
  } = options;
  const { gasMarginPercent = 25, gasMargin = 100_000, maxTransactionGas = MAX_TRANSACTION_GAS } = options;
  const { maxWaiting = 64, claimBlocks = 32, closeMilliseconds = 8_000 } = options;
  const journal = await openTransactionJournal(directory);
  const key = new SigningKey(signerKey);
  const stop = new AbortController();
  const deck = {
    rpc: underSignal(rpc, stop.signal),
    key,
    account: addressOf(signerKey),
    journal,
    confirmations,
    stuckBlocks,
    fees: { maxFeePerGas, legacyGas },
    log,
    metrics,
  };
  const inherited = journal.left.map(resumeFlight).map((flight) => ({ flight, call: callOf(flight) }));
  const limits = { gasMarginPercent, gasMargin, maxTransactionGas, maxWaiting, claimBlocks, closeMilliseconds };
  return new Queue(deck, limits, inherited, stop);
};

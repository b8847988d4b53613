import type { JsonRpcPayload } from 'ethers';
import { isHoldfastError, type HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Metrics } from '../../ports/metrics.js';
import type { Log } from '../../ports/world.js';
import type { HttpConnection } from './http-connection.js';
import type { RpcAnswer } from './answer.js';
import { limitIn, limitOf } from './rate-limit.js';
import { pause } from '../../core/tasks/waiting.js';
import { measureCalls } from './measure-calls.js';

/** What an endpoint serves: which chain, and up to which block. */
export interface Standing {
  readonly chainId: bigint;
  readonly block: number;
}

export interface RpcEndpointOptions {
  readonly connection: HttpConnection;
  /** First time for which it is set aside, milliseconds; doubled while it keeps failing. */
  readonly asideMilliseconds: number;
  /** Longest time for which it is set aside because it wants rest, milliseconds. */
  readonly limitMilliseconds: number;
  readonly signal: AbortSignal;
  readonly log: Log | undefined;
  readonly metrics: Metrics;
}

/** Longest time for which an endpoint is set aside, milliseconds. */
const LONGEST_ASIDE = 300_000;
/** An endpoint that served for so long, milliseconds, starts again with a short time aside. */
const FORGIVEN_AFTER = 60_000;

const LACKS_BLOCK = /header not found|unknown block|block not found|block.?out.?of.?range/i;
/** The state of an old block is forgotten, or that of a new one not there yet. */
export const LACKS_STATE = /missing trie node|state .*(not |un)available|pruned|historical state/i;

/** Whether `payload` asks for a state of the past, which an honest node may have forgotten. */
const isOfPast = ({ method, params }: JsonRpcPayload): boolean =>
  method === 'eth_getTransactionCount' && String((params as unknown[])[1]).startsWith('0x');

/** Whether `answer` is about the endpoint rather than the question: another may do better. */
const troubleIn = (answer: RpcAnswer | undefined, { method }: JsonRpcPayload): string | undefined => {
  if (answer === undefined) return `it did not answer ${method}`;
  if (answer.error === undefined) return undefined;
  const { code, message = '', data } = answer.error;
  if (LACKS_BLOCK.test(message) || LACKS_STATE.test(message)) return message;
  // Too wide a range of logs is an internal error to some nodes, and the same everywhere; so is a revert.
  const internal = code === -32_603 && data === undefined && method !== 'eth_getLogs' && !/revert/i.test(message);
  return internal ? message : undefined;
};

/** One of several endpoints of a chain: what it says, and whether it can be asked at present. */
export class RpcEndpoint {
  readonly name: string;
  /** Why it is set aside; undefined while it serves. */
  aside: string | undefined;
  /** When it may be tried again, milliseconds since 1970. */
  asideUntil = 0;
  /** Whether it served another chain when it last told. */
  isForeign = false;
  /** Until when it wants not to be asked, milliseconds since 1970. */
  private restsUntil = 0;
  private strikes = 0;
  private servesSince = -Infinity;

  constructor(private readonly options: RpcEndpointOptions) {
    this.name = options.connection.name;
  }

  /** The answers in the order of `payloads`. RPC_UNREACHABLE, having set itself aside, for trouble of its own. */
  async ask(payloads: readonly JsonRpcPayload[]): Promise<readonly RpcAnswer[]> {
    const answers = await this.hand(payloads);
    return payloads.map((payload, index) => {
      const answer = answers[index];
      if (limitIn(answer, payload.method) !== undefined) throw this.unreachable(answer?.error?.message ?? 'it was asked too much');
      const trouble = troubleIn(answer, payload);
      if (trouble !== undefined) throw LACKS_STATE.test(trouble) && isOfPast(payload) ? this.unreachable(trouble) : this.fail(trouble);
      return answer as RpcAnswer;
    });
  }

  /** Like {@link ask}, where errors are answers too and a missing answer is undefined. Sets itself aside where it wants rest. */
  async hand(payloads: readonly JsonRpcPayload[]): Promise<readonly (RpcAnswer | undefined)[]> {
    if (payloads.length === 0) return [];
    const { connection, metrics, signal } = this.options;
    try {
      const answer = await measureCalls(metrics, payloads, async () =>
        connection.post(payloads.length === 1 ? payloads[0] : payloads, signal),
      );
      const all = [answer].flat() as (RpcAnswer | null)[];
      return payloads.map(({ id, method }) => {
        const one = all.find((found) => found?.id === id) ?? undefined;
        this.rest(one?.error?.message ?? '', limitIn(one, method));
        return one;
      });
    } catch (error) {
      const limit = limitOf(error);
      if (isHoldfastError(error, 'RPC_UNREACHABLE') && limit !== undefined) this.rest(error.data.reason, limit.milliseconds);
      else if (isHoldfastError(error, 'RPC_UNREACHABLE') && !signal.aborted) throw this.fail(error.data.reason, error);
      throw error;
    }
  }

  /** Asks which chain it serves and how far it is. */
  async stand(): Promise<Standing> {
    const [chainId, block] = await this.ask([
      { jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] },
      { jsonrpc: '2.0', id: 2, method: 'eth_blockNumber', params: [] },
    ]);
    const quantity = (answer: RpcAnswer | undefined): bigint => {
      if (typeof answer?.result === 'string' && /^0x[0-9a-f]{1,16}$/i.test(answer.result)) return BigInt(answer.result);
      throw this.fail('it does not speak JSON-RPC');
    };
    return { chainId: quantity(chainId), block: Number(quantity(block)) };
  }

  /** RPC_UNREACHABLE with this endpoint's name, without setting it aside. */
  unreachable(reason: string, cause?: unknown): HoldfastError<'RPC_UNREACHABLE'> {
    return this.options.connection.unreachable(reason, cause);
  }

  /** Sets it aside for a growing time, and tells why. */
  fail(reason: string, cause?: unknown): HoldfastError<'RPC_UNREACHABLE'> {
    const now = Date.now();
    if (this.aside === undefined && now - this.servesSince >= FORGIVEN_AFTER) this.strikes = 0;
    const milliseconds = Math.min(LONGEST_ASIDE, this.options.asideMilliseconds * 2 ** this.strikes);
    const isNews = this.aside === undefined;
    if (isNews || this.asideUntil <= now) {
      this.strikes = Math.min(16, this.strikes + 1);
      this.asideUntil = now + milliseconds;
    }
    this.aside = reason;
    if (isNews) this.options.log?.warn('rpc-set-aside', { url: this.name, reason, milliseconds });
    return this.unreachable(reason, cause);
  }

  /** Sets it aside for as long as it wants rest, and no longer than is allowed. */
  private rest(reason: string, wanted: number | undefined): void {
    if (wanted === undefined) return;
    const milliseconds = Math.min(wanted, this.options.limitMilliseconds);
    const isNews = this.aside === undefined;
    this.aside = reason;
    this.asideUntil = Math.max(this.asideUntil, Date.now() + milliseconds);
    this.restsUntil = this.asideUntil;
    if (isNews) this.options.log?.warn('rpc-set-aside', { url: this.name, reason, milliseconds });
  }

  /** Waits while it wants rest. */
  async rested(): Promise<void> {
    const { signal } = this.options;
    for (let left = this.restsUntil - Date.now(); left > 0 && !signal.aborted; left = this.restsUntil - Date.now())
      await pause(left, signal).catch(() => undefined);
  }

  /** Takes it back into service. */
  welcome(): void {
    if (this.aside === undefined) return;
    this.aside = undefined;
    this.isForeign = false;
    this.servesSince = Date.now();
    this.options.log?.info('rpc-returned', { url: this.name });
  }
}

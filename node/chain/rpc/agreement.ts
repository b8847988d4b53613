import type { JsonRpcPayload } from 'ethers';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import { describe, isAbsent, isComparable, isRevert, meaningOf, showDifference } from './comparison.js';
import type { RpcEndpoint } from './endpoint.js';
import type { RpcAnswer } from './answer.js';
import type { Failover } from './failover.js';

export interface AgreementOptions {
  readonly failover: Pick<Failover, 'quorum'>;
  /** How many endpoints must say the same. */
  readonly needed: number;
  /** How long a disagreement may be that of an honest fork, milliseconds. */
  readonly graceMilliseconds: number;
  readonly log: Log | undefined;
}

/** Where the block is named among the parameters of a method, by position. */
const BLOCK_AT: Readonly<Record<string, number>> = {
  eth_call: 1,
  eth_getBalance: 1,
  eth_getCode: 1,
  eth_getTransactionCount: 1,
  eth_getBlockByNumber: 0,
};
/** Disagreements remembered at a time. */
const MOST_REMEMBERED = 64;

interface Voice {
  readonly endpoint: RpcEndpoint;
  readonly answer: RpcAnswer;
}

interface BlockAnswer {
  readonly number: string;
}

const payloadOf = (method: string, params: unknown[]): JsonRpcPayload => ({ jsonrpc: '2.0', id: 1, method, params });

/** The same questions asked of several endpoints about one block, and their answers compared. */
export class Agreement {
  /** Since when what was disagreed on, milliseconds since 1970; the alarm went off where it is Infinity. */
  private readonly since = new Map<string, number>();
  private readonly lasting = new WeakSet<Error>();

  constructor(private readonly options: AgreementOptions) {}

  /**
   * Answers that all of the endpoints gave, those that name no block or the latest being about the newest block that all have.
   * RPC_DISAGREES, RPC_UNREACHABLE.
   */
  async post(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<readonly RpcAnswer[]> {
    const payloads = [payload].flat();
    const foreign = payloads.find(({ method }) => !isComparable(method));
    if (foreign !== undefined) throw new TypeError(`answers to ${foreign.method} cannot be compared`);
    const endpoints = this.options.failover.quorum(this.options.needed);
    const head = payloads.some(wantsHead) ? await this.head(endpoints) : undefined;
    const pinned = payloads.map((one) => (head !== undefined && wantsHead(one) ? pin(one, head) : one));
    const all = await Promise.all(endpoints.map(async (endpoint) => ({ endpoint, answers: await endpoint.ask(pinned) })));
    return pinned.map((question, index) =>
      this.compare(
        question,
        all.map(({ endpoint, answers }) => ({ endpoint, answer: answers[index] as RpcAnswer })),
      ),
    );
  }

  /** Whether a disagreement has lasted too long for an honest fork. */
  isLasting(error: HoldfastError): boolean {
    return this.lasting.has(error);
  }

  /** Number of the newest block that all endpoints have, the same one: a node may be a block ahead of another. */
  private async head(endpoints: readonly RpcEndpoint[]): Promise<string> {
    const latest = payloadOf('eth_getBlockByNumber', ['latest', false]);
    const numbers = await Promise.all(
      endpoints.map(async (endpoint) => {
        const [answer] = await endpoint.ask([latest]);
        const number = (answer?.result as BlockAnswer | null | undefined)?.number;
        if (typeof number !== 'string' || !/^0x[0-9a-f]{1,13}$/i.test(number)) throw endpoint.fail('it has no newest block');
        return Number(number);
      }),
    );
    const number = `0x${Math.min(...numbers).toString(16)}`;
    const question = payloadOf('eth_getBlockByNumber', [number, false]);
    const voices = await Promise.all(
      endpoints.map(async (endpoint) => {
        const [answer] = await endpoint.ask([question]);
        if (answer === undefined || isAbsent(answer)) throw endpoint.unreachable(`it lost block ${Number(number)}`);
        return { endpoint, answer };
      }),
    );
    this.compare(question, voices);
    return number;
  }

  /** The answer that all gave. What one has and another has not yet is not there. */
  private compare(question: JsonRpcPayload, voices: readonly Voice[]): RpcAnswer {
    const [first, ...others] = voices;
    if (first === undefined) throw new RangeError('nobody was asked');
    const absent = voices.find(({ answer }) => isAbsent(answer));
    if (absent !== undefined) return absent.answer;
    for (const { endpoint, answer } of voices)
      if (answer.error !== undefined && !isRevert(answer))
        throw endpoint.unreachable(`it refused ${question.method}: ${answer.error.message}`);
    const meaning = meaningOf(question, first.answer);
    const dissenter = others.find(({ answer }) => meaningOf(question, answer) !== meaning);
    if (dissenter === undefined) {
      this.since.delete(describe(question));
      return first.answer;
    }
    throw this.disagreement(question, first, dissenter);
  }

  private disagreement(question: JsonRpcPayload, one: Voice, other: Voice): HoldfastError<'RPC_DISAGREES'> {
    const isBlock = question.method === 'eth_getBlockByNumber';
    const [oneSays, otherSays] = isBlock
      ? [hashIn(one.answer), hashIn(other.answer)]
      : showDifference(meaningOf(question, one.answer), meaningOf(question, other.answer));
    const what = isBlock ? 'the block hash' : describe(question);
    const error = new HoldfastError('RPC_DISAGREES', {
      what,
      block: blockOf(question, one.answer),
      one: one.endpoint.name,
      oneSays,
      other: other.endpoint.name,
      otherSays,
    });
    this.remember(isBlock ? 'eth_getBlockByNumber' : describe(question), error);
    return error;
  }

  /** Raises the alarm, once, when it has lasted. */
  private remember(key: string, error: HoldfastError<'RPC_DISAGREES'>): void {
    const now = Date.now();
    const since = this.since.get(key) ?? now;
    const lasts = since === Infinity || now - since >= this.options.graceMilliseconds;
    if (lasts) this.lasting.add(error);
    if (lasts && since !== Infinity) this.options.log?.alarm('rpcs-disagreed', { ...error.data });
    if (!this.since.has(key) && this.since.size >= MOST_REMEMBERED) this.since.delete([...this.since.keys()][0] ?? '');
    this.since.set(key, lasts ? Infinity : since);
  }
}

const wantsHead = ({ method, params }: JsonRpcPayload): boolean => {
  const at = BLOCK_AT[method];
  if (at === undefined) return false;
  const block: unknown = (params as unknown[])[at];
  return block === undefined || block === 'latest' || block === 'pending';
};

const pin = (payload: JsonRpcPayload, block: string): JsonRpcPayload => {
  const at = BLOCK_AT[payload.method] ?? 0;
  const params = [...(payload.params as unknown[])];
  params[at] = block;
  return { ...payload, params };
};

const hashIn = ({ result }: RpcAnswer): string => {
  const hash = (result as { hash?: unknown } | null)?.hash;
  return typeof hash === 'string' ? hash : 'none';
};

/** The block that an answer is about. */
const blockOf = ({ method, params }: JsonRpcPayload, { result }: RpcAnswer): number => {
  const at = BLOCK_AT[method];
  const named: unknown = at === undefined ? (result as { blockNumber?: unknown } | null)?.blockNumber : (params as unknown[])[at];
  const inRange: unknown = method === 'eth_getLogs' ? ((params as unknown[])[0] as { toBlock?: unknown }).toBlock : named;
  return Number(inRange ?? 0);
};

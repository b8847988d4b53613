import type { JsonRpcPayload } from 'ethers';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import { setForeignAside } from './begin.js';
import { broadcastTo, searchIn } from './to-all.js';
import type { RpcEndpoint, Standing } from './endpoint.js';
import type { RpcAnswer } from './answer.js';

export interface FailoverOptions {
  /** In the order in which they are preferred. */
  readonly endpoints: readonly RpcEndpoint[];
  readonly chainId: bigint;
  /** Most blocks that an endpoint may be behind another. */
  readonly maxLag: number;
  /** Time between two looks at all endpoints, milliseconds. */
  readonly watchMilliseconds: number;
  readonly log: Log | undefined;
}

/** What goes to all endpoints that serve, and how one answer is made of theirs. */
const TO_ALL = { eth_sendRawTransaction: broadcastTo, eth_getTransactionByHash: searchIn } as const;

/**
 * Several endpoints of one chain. One at a time answers everything, until it fails: answers of two that are a block apart would
 * contradict each other. It is given back to a more preferred one only once that has served up to the same block.
 */
export class Failover {
  private current: RpcEndpoint;
  /** Newest block that was seen in the last look around. */
  private newest = 0;
  private watchedAt = Date.now();
  private watching: Promise<void> | undefined;

  constructor(private readonly options: FailoverOptions) {
    const first = options.endpoints.find(({ aside }) => aside === undefined) ?? options.endpoints[0];
    if (first === undefined) throw new RangeError('a pool needs an endpoint');
    this.current = first;
  }

  /** The endpoint that answers at present. */
  get name(): string {
    return this.current.name;
  }

  /** Endpoints in service, the one that answers first. */
  private get serving(): RpcEndpoint[] {
    const others = this.options.endpoints.filter((endpoint) => endpoint !== this.current);
    return [this.current, ...others].filter(({ aside }) => aside === undefined);
  }

  /** Where to ask while none serves: whoever's time aside is over first. */
  private get lastResort(): RpcEndpoint {
    return this.options.endpoints.reduce((best, endpoint) => (endpoint.asideUntil < best.asideUntil ? endpoint : best));
  }

  /**
   * Answers in any order. RPC_UNREACHABLE when no endpoint has any. A signed transaction goes to all that serve, and all are asked
   * for one by its hash.
   */
  async post(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<readonly RpcAnswer[]> {
    this.lookAround();
    const payloads = [payload].flat();
    const reads = payloads.filter(({ method }) => !Object.hasOwn(TO_ALL, method));
    const all = [
      ...payloads.filter(({ method }) => Object.hasOwn(TO_ALL, method)).map(async (one) => [await this.toAll(one)]),
      ...(reads.length > 0 ? [this.ask(reads)] : []),
    ];
    return (await Promise.all(all)).flat();
  }

  /** So many endpoints to be asked alike. RPC_UNREACHABLE naming one that is missing. */
  quorum(needed: number): readonly RpcEndpoint[] {
    this.lookAround();
    const { serving } = this;
    if (serving.length >= needed) return serving.slice(0, needed);
    const missing = this.options.endpoints.find(({ aside }) => aside !== undefined);
    const reason = `${missing?.aside ?? 'unknown'} (${needed} RPCs must agree before money moves)`;
    throw new HoldfastError('RPC_UNREACHABLE', { url: missing?.name ?? this.name, reason });
  }

  /** Looks at all endpoints. */
  async watch(): Promise<void> {
    const now = Date.now();
    this.watchedAt = now;
    const due = this.options.endpoints.filter(({ aside, asideUntil }) => aside === undefined || asideUntil <= now);
    const stands = await Promise.all(due.map(async (endpoint) => ({ endpoint, standing: await this.look(endpoint) })));
    const fit = stands.filter((one): one is { endpoint: RpcEndpoint; standing: Standing } => one.standing !== undefined);
    const best = fit.reduce((most, { standing }) => Math.max(most, standing.block), 0);
    if (fit.length > 0) this.newest = best;
    for (const { endpoint, standing } of fit) this.admit(endpoint, standing.block);
    const here = fit.find(({ endpoint }) => endpoint === this.current)?.standing.block ?? 0;
    const preferred = fit.find(({ endpoint, standing }) => endpoint.aside === undefined && standing.block >= here);
    if (preferred !== undefined && this.isBefore(preferred.endpoint)) this.current = preferred.endpoint;
  }

  private isBefore(endpoint: RpcEndpoint): boolean {
    const { endpoints } = this.options;
    return this.current.aside !== undefined || endpoints.indexOf(endpoint) < endpoints.indexOf(this.current);
  }

  /** Looks around without being waited for, when it is time or somebody may come back. */
  private lookAround(): void {
    const now = Date.now();
    const back = this.options.endpoints.some(({ aside, asideUntil }) => aside !== undefined && asideUntil <= now);
    if (this.watching !== undefined || (!back && now - this.watchedAt < this.options.watchMilliseconds)) return;
    this.watching = this.watch().then(
      () => (this.watching = undefined),
      () => (this.watching = undefined),
    );
  }

  /** Where `endpoint` stands; undefined, having set it aside, if it does not answer or serves another chain. */
  private async look(endpoint: RpcEndpoint): Promise<Standing | undefined> {
    const standing = await endpoint.stand().catch(() => undefined);
    if (standing === undefined || standing.chainId === this.options.chainId) return standing;
    const { chainId: expected, log } = this.options;
    setForeignAside(endpoint, standing.chainId, expected, log);
    return undefined;
  }

  private admit(endpoint: RpcEndpoint, block: number): void {
    const behind = this.newest - block;
    if (behind > this.options.maxLag) endpoint.fail(`it is ${behind} blocks behind, at block ${block}`);
    else endpoint.welcome();
  }

  private async toAll(payload: JsonRpcPayload): Promise<RpcAnswer> {
    const { serving } = this;
    const carry = TO_ALL[payload.method as keyof typeof TO_ALL];
    if (serving.length > 0) return carry(serving, payload);
    const { lastResort } = this;
    await lastResort.rested();
    return carry([lastResort], payload);
  }

  private async ask(payloads: readonly JsonRpcPayload[]): Promise<readonly RpcAnswer[]> {
    let failure: unknown;
    for (const tried = new Set<RpcEndpoint>(); ;) {
      const next = this.serving.find((endpoint) => !tried.has(endpoint)) ?? (tried.size === 0 ? this.lastResort : undefined);
      if (next === undefined) throw failure;
      tried.add(next);
      await next.rested();
      try {
        if (next !== this.current || next.aside !== undefined) await this.takeOver(next);
        return await next.ask(payloads);
      } catch (error) {
        if (!(error instanceof HoldfastError) || error.code !== 'RPC_UNREACHABLE') throw error;
        failure = error;
      }
    }
  }

  /** Makes `endpoint` the one that answers, after a look at its chain and height. A laggard is better than nobody. */
  private async takeOver(endpoint: RpcEndpoint): Promise<void> {
    const isLast = this.serving.every((one) => one === endpoint);
    const standing = await this.look(endpoint);
    if (standing === undefined) throw endpoint.fail(endpoint.aside ?? 'it does not answer');
    if (isLast) this.newest = standing.block;
    this.admit(endpoint, standing.block);
    if (endpoint.aside !== undefined) throw endpoint.fail(endpoint.aside);
    this.current = endpoint;
    this.options.log?.info('rpc-taken-over', { url: endpoint.name, block: standing.block });
  }
}

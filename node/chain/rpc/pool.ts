import { Network } from 'ethers';
import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { noMetrics } from '../../core/metrics/no-metrics.js';
import { HttpConnection } from './http-connection.js';
import { Agreement } from './agreement.js';
import { beginWith } from './begin.js';
import { createCalls, whileUnreachable } from './calls.js';
import { RpcEndpoint } from './endpoint.js';
import { Failover } from './failover.js';
import { RpcProvider } from './ethers-provider.js';
import { openRpc, rpcDefaults, type Rpc, type RpcOptions } from './rpc.js';

export interface RpcPoolOptions extends Omit<RpcOptions, 'rpcUrl'> {
  /** One address or several, the preferred one first. */
  readonly rpcUrl: string | readonly string[];
  /** Chain that is meant; without, that of the first that answers, and all must serve it. */
  readonly chainId?: bigint;
  /** How many must agree for a decision about money, at most as many as there are. Default 2. */
  readonly agreement?: number;
  /** How long a money decision waits for enough endpoints, milliseconds. Default: as long as a read is tried again. */
  readonly agreementPatienceMilliseconds?: number;
  /** How long a disagreement may be that of an honest fork, milliseconds. Default 24,000: two blocks of Ethereum. */
  readonly graceMilliseconds?: number;
  /** Blocks that an endpoint may be behind another before it is set aside. Default 8. */
  readonly maxLagBlocks?: number;
  /** First time for which a failing endpoint is set aside, milliseconds; doubled up to five minutes. Default 1,000. */
  readonly asideMilliseconds?: number;
  /** Time between two looks at all endpoints, milliseconds. Default 15,000. */
  readonly watchMilliseconds?: number;
}

/** Connections by address, named by origin, those of one host with their place. */
const connect = (urls: readonly string[], timeout: number, bytes: number): HttpConnection[] => {
  const plain = urls.map((url) => new HttpConnection(url, timeout, bytes));
  const isShared = (name: string): boolean => plain.filter((one) => one.name === name).length > 1;
  return plain.map((one, index) =>
    isShared(one.name) ? new HttpConnection(urls[index] ?? '', timeout, bytes, `${one.name} (address ${index + 1})`) : one,
  );
};

/**
 * Connects to a chain through one address or several. Of several, those that serve another chain are set aside with an alarm, until they
 * serve the right one. WRONG_CHAIN when all do, RPC_UNREACHABLE when nobody answers who serves it.
 */
export const openRpcPool = async (options: RpcPoolOptions, signal?: AbortSignal): Promise<Rpc> => {
  const urls = [options.rpcUrl].flat();
  const [rpcUrl = ''] = urls;
  if (urls.length <= 1) return openRpc({ ...options, rpcUrl }, signal);
  const { timeoutMilliseconds, patienceMilliseconds, pollMilliseconds, batchCalls, answerBytes, limitMilliseconds } = {
    ...rpcDefaults,
    ...options,
  };
  const { agreement = 2, agreementPatienceMilliseconds = patienceMilliseconds, graceMilliseconds = 24_000, log } = options;
  const { maxLagBlocks: maxLag = 8, asideMilliseconds = 1_000, watchMilliseconds = 15_000, metrics = noMetrics } = options;

  const closing = new AbortController();
  const endpoints = connect(urls, timeoutMilliseconds, answerBytes).map(
    (connection) => new RpcEndpoint({ connection, asideMilliseconds, limitMilliseconds, signal: closing.signal, log, metrics }),
  );
  const chainId = await beginWith(endpoints, options.chainId, log);
  signal?.throwIfAborted();

  const failover = new Failover({ endpoints, chainId, maxLag, watchMilliseconds, log });
  const needed = Math.min(agreement, urls.length);
  const agreeing = new Agreement({ failover, needed, graceMilliseconds, log });
  const network = Network.from(chainId);
  const pace = { batchCalls, pollMilliseconds };
  const plain = new RpcProvider(rpcUrl, network, pace, async (payload) => failover.post(payload));
  const strict = new RpcProvider(rpcUrl, network, pace, async (payload) => agreeing.post(payload));
  const alone = endpoints.map((endpoint) => ({
    endpoint,
    provider: new RpcProvider(rpcUrl, network, pace, async (payload) => endpoint.ask([payload].flat())),
  }));
  const close = (): void => {
    closing.abort();
    for (const provider of [plain, strict, ...alone.map((one) => one.provider)]) provider.destroy();
  };

  const name = (): string => failover.name;
  const shared = { url: endpoints.map((endpoint) => endpoint.name).join(' and '), chainId, pollMilliseconds, close };
  const each = alone.map(({ endpoint, provider }) => {
    const calls = createCalls({ name: () => endpoint.name, isWorthAnother: whileUnreachable(0), log });
    const one: Rpc = {
      ...{ ...shared, url: endpoint.name, provider, ...calls },
      get agreed() {
        return one;
      },
    };
    return one;
  });
  const isMissing = whileUnreachable(agreementPatienceMilliseconds);
  const agreed: Rpc = {
    ...shared,
    provider: strict,
    ...createCalls({
      name,
      log,
      isWorthAnother: (error, milliseconds) =>
        isMissing(error, milliseconds) ||
        (isHoldfastError(error, 'RPC_DISAGREES') && agreementPatienceMilliseconds > 0 && !agreeing.isLasting(error)),
    }),
    get agreed() {
      return agreed;
    },
  };
  const rpc: Rpc = {
    ...shared,
    each,
    provider: plain,
    ...createCalls({ name, isWorthAnother: whileUnreachable(patienceMilliseconds), log }),
    get agreed() {
      return needed > 1 ? agreed : rpc;
    },
  };
  return rpc;
};

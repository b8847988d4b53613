import { JsonRpcProvider, type JsonRpcPayload, type JsonRpcResult, type Network } from 'ethers';

/** Carries requests to a chain and brings the answers back. */
export type Post = (payload: JsonRpcPayload | JsonRpcPayload[]) => Promise<unknown>;

export interface RpcProviderOptions {
  /** Most calls in one request. */
  readonly batchCalls: number;
  readonly pollMilliseconds: number;
}

/** ethers does ABI and formats; how requests travel, their limits and their failures are ours. */
export class RpcProvider extends JsonRpcProvider {
  constructor(
    url: string,
    network: Network,
    { batchCalls, pollMilliseconds }: RpcProviderOptions,
    private readonly post: Post,
  ) {
    const pace = { batchMaxCount: batchCalls, pollingInterval: pollMilliseconds };
    super(url, network, { ...pace, staticNetwork: network, cacheTimeout: -1, batchStallTime: 0 });
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const answer = await this.post(payload);
    return (Array.isArray(answer) ? answer : [answer]) as JsonRpcResult[];
  }
}

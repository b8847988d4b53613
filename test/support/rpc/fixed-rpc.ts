import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A JSON-RPC server that knows a few answers and nothing else. */
export interface FixedRpc {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** Serves `answers`, by method, on a free port of 127.0.0.1. */
export const startFixedRpc = async (answers: Readonly<Record<string, unknown>>): Promise<FixedRpc> => {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { id, method } = JSON.parse(body) as { id: number; method: string };
      const answer = method in answers ? { result: answers[method] } : { error: { code: -32601, message: `no method ${method}` } };
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Answers of a chain with id `chainId` whose newest block has just come. */
export const freshChain = (chainId: bigint, block = 7): Readonly<Record<string, unknown>> => ({
  eth_chainId: `0x${chainId.toString(16)}`,
  eth_getBlockByNumber: { number: `0x${block.toString(16)}`, timestamp: `0x${Math.floor(Date.now() / 1000).toString(16)}` },
  eth_gasPrice: '0x3b9aca00',
});

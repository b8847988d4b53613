import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Methods that a public chain offers. Everything else, unlocked accounts and the simulator's own switches, is refused. */
const OFFERED = new Set([
  'eth_blobBaseFee',
  'eth_blockNumber',
  'eth_call',
  'eth_chainId',
  'eth_estimateGas',
  'eth_feeHistory',
  'eth_gasPrice',
  'eth_getBalance',
  'eth_getBlockByHash',
  'eth_getBlockByNumber',
  'eth_getBlockReceipts',
  'eth_getBlockTransactionCountByHash',
  'eth_getBlockTransactionCountByNumber',
  'eth_getCode',
  'eth_getLogs',
  'eth_getProof',
  'eth_getStorageAt',
  'eth_getTransactionByBlockHashAndIndex',
  'eth_getTransactionByBlockNumberAndIndex',
  'eth_getTransactionByHash',
  'eth_getTransactionCount',
  'eth_getTransactionReceipt',
  'eth_maxPriorityFeePerGas',
  'eth_sendRawTransaction',
  'eth_syncing',
  'net_listening',
  'net_version',
  'web3_clientVersion',
  'web3_sha3',
]);

/** Most bytes of a request. */
const REQUEST_CAP = 2 << 20;
/** JSON-RPC codes of EIP-1474. */
const METHOD_NOT_SUPPORTED = -32_004;
const INVALID_REQUEST = -32_600;
const UPSTREAM_FAILED = -32_603;

interface Call {
  readonly id: unknown;
  readonly method: unknown;
}

export interface JsonRpcProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves JSON-RPC over HTTP on a free port of 127.0.0.1 and hands what {@link OFFERED} names on to `upstream`. */
export const startJsonRpcProxy = async (upstream: string): Promise<JsonRpcProxy> => {
  const server = createServer((incoming, outgoing) => {
    answer(incoming, upstream).then(
      (body) => respond(outgoing, 200, body),
      (error: unknown) => respond(outgoing, 200, failure(null, UPSTREAM_FAILED, error instanceof Error ? error.message : String(error))),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const answer = async (incoming: IncomingMessage, upstream: string): Promise<string> => {
  const body = await readCapped(incoming);
  if (body === undefined) return failure(null, INVALID_REQUEST, `a request has at most ${REQUEST_CAP} bytes`);
  const calls = parseCalls(body);
  if (calls === undefined) return failure(null, INVALID_REQUEST, 'this is no JSON-RPC request');
  const refused = calls.find(({ method }) => !OFFERED.has(String(method)));
  if (!refused) return post(upstream, body);
  return failure(
    refused.id,
    METHOD_NOT_SUPPORTED,
    `${String(refused.method)} is not offered here: this chain holds no keys; sign locally and send the raw transaction`,
  );
};

/** The body, or undefined for one over the cap, which is read to its end and dropped. */
const readCapped = async (incoming: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= REQUEST_CAP) chunks.push(chunk);
  }
  return bytes <= REQUEST_CAP ? Buffer.concat(chunks) : undefined;
};

const parseCalls = (body: Buffer): readonly Call[] | undefined => {
  try {
    const value: unknown = JSON.parse(body.toString());
    const calls = Array.isArray(value) ? (value as unknown[]) : [value];
    return calls.length > 0 && calls.every((call) => typeof call === 'object' && call !== null && 'method' in call)
      ? (calls as Call[])
      : undefined;
  } catch {
    return undefined;
  }
};

const post = (upstream: string, body: Buffer): Promise<string> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      upstream,
      { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (incoming) => {
        buffer(incoming).then((answered) => resolve(answered.toString()), reject);
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });

const failure = (id: unknown, code: number, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } });

const respond = (outgoing: ServerResponse, status: number, body: string): void => {
  outgoing.writeHead(status, { 'content-type': 'application/json' });
  outgoing.end(body);
};

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';

export interface Call {
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A JSON-RPC endpoint that stands before another and can lie, refuse and be silent. */
export interface RpcProxy {
  readonly url: string;
  /** Methods asked for, in order. */
  readonly methods: string[];
  /** While true, every connection is cut without an answer. */
  down: boolean;
  /** An answer of its own to a call, or undefined to pass it on. `cut` closes the connection after passing it on, `hang` never answers. */
  answer: (
    call: Call,
  ) => { result?: unknown; error?: { code: number; message: string; data?: unknown } } | 'cut' | 'drop' | 'hang' | undefined;
  /** An HTTP status with headers instead of answers, or undefined. Asked once per request. */
  refuse: () => { status: number; headers?: Record<string, string> } | undefined;
  /** Most calls of a batch; a larger one is refused as a whole. */
  mostCalls: number;
  /** Milliseconds by which every answer is late. */
  late: number;
  /** What becomes of a true result on its way. */
  alter: (call: Call, result: unknown) => unknown;
  stop(): Promise<void>;
}

/** Starts a proxy before `upstream` on a free port of 127.0.0.1. */
export const startRpcProxy = async (upstream: string): Promise<RpcProxy> => {
  const forward = async (body: string): Promise<string> =>
    (await fetch(upstream, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();

  const answerOne = async (call: Call): Promise<unknown> => {
    proxy.methods.push(call.method);
    const own = proxy.answer(call);
    if (own === 'drop') return 'cut';
    if (own === 'hang') return new Promise<never>(() => undefined);
    if (own === 'cut') return forward(JSON.stringify({ jsonrpc: '2.0', ...call })).then(() => 'cut');
    if (own !== undefined) return { jsonrpc: '2.0', id: call.id, ...own };
    const answer = JSON.parse(await forward(JSON.stringify({ jsonrpc: '2.0', ...call }))) as { result?: unknown };
    return 'result' in answer ? { ...answer, result: proxy.alter(call, answer.result) } : answer;
  };

  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (proxy.down) return void request.socket.destroy();
      const refusal = proxy.refuse();
      if (refusal !== undefined) return void response.writeHead(refusal.status, refusal.headers).end('too much');
      const payload = JSON.parse(Buffer.concat(parts).toString('utf8')) as Call | Call[];
      if (Array.isArray(payload) && payload.length > proxy.mostCalls) {
        const error = { code: -32_600, message: `at most ${proxy.mostCalls} calls at a time` };
        return void response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
      }
      const answers = Array.isArray(payload) ? Promise.all(payload.map(answerOne)) : answerOne(payload);
      void answers.then(
        async (answer) => {
          if (proxy.late > 0) await setTimeout(proxy.late);
          if (answer === 'cut' || (Array.isArray(answer) && answer.includes('cut'))) return void request.socket.destroy();
          response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
        },
        () => request.socket.destroy(),
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const proxy: RpcProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    methods: [],
    down: false,
    answer: () => undefined,
    refuse: () => undefined,
    mostCalls: Infinity,
    late: 0,
    alter: (_call, result) => result,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
};

import { expect } from 'chai';
import { once } from 'node:events';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createConnection, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { serveApi, type Api, type ApiOptions } from '../../node/app/http/api.js';
import { askDaemon, stopDaemon } from '../../node/app/http/client.js';
import { createPrometheusMetrics } from '../../node/app/prometheus.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { rejection } from '../support/coded-rejection.js';
import { createRecordedLog } from '../support/recorded-log.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const status = {
  deals: 3,
  mostDeals: 210,
  leavesHeld: 70,
  challenges: [{ deal: '0x1', expires: 70 }],
  freeLeaves: 4,
  bytesUsed: 2n ** 60n,
  proofInHand: false,
  egress: { promised: 5n, unredeemed: 0n },
  alarms: [],
  addresses: ['/ip4/10.0.0.1/tcp/1'],
};
const signal = new AbortController().signal;

describe('The local API of a daemon', () => {
  let home: Awaited<ReturnType<typeof temporaryDirectory>>;
  let file: string;
  let api: Api | undefined;
  let other: Server | undefined;
  let stops: number;
  let metrics: ReturnType<typeof createPrometheusMetrics>;
  const serve = async (replaced: Partial<ApiOptions> = {}): Promise<{ token: string; url: string; port: number }> => {
    api = await serveApi({
      port: 0,
      file,
      status: () => Promise.resolve(status),
      stop: () => void stops++,
      metrics,
      log: createRecordedLog(),
      ...replaced,
    });
    const { token } = JSON.parse(await readFile(file, 'utf8')) as { token: string };
    return { token, url: api.url, port: Number(new URL(api.url).port) };
  };
  /** A request made by hand; the answer's status and text. */
  const ask = async (
    port: number,
    path: string,
    headers: OutgoingHttpHeaders,
    method = 'GET',
    body = '',
  ): Promise<{ code: number; text: string }> => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers }).end(body);
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    return { code: response.statusCode ?? 0, text: Buffer.concat(await response.toArray()).toString() };
  };
  const somebodyElse = async (listener: RequestListener): Promise<number> => {
    other = createServer(listener).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await writeFile(file, JSON.stringify({ version: 1, pid: 1, url: `http://127.0.0.1:${port}`, token: 'stale' }));
    return port;
  };
  beforeEach(async () => {
    home = await temporaryDirectory();
    file = join(home.path, 'home', 'daemon.json');
    await mkdir(dirname(file));
    api = undefined;
    other = undefined;
    stops = 0;
    metrics = createPrometheusMetrics();
  });
  afterEach(async () => {
    await api?.stop();
    other?.close();
    other?.closeAllConnections();
    await home.remove();
  });

  it('tells its status to whoever holds the file, amounts as decimal strings', async () => {
    await serve();
    expect(await askDaemon(file, signal)).to.deep.equal({ ...status, bytesUsed: '1152921504606846976' });
  });

  it('shows its metrics in the text format of Prometheus, as they stand', async () => {
    const { token, url } = await serve();
    metrics.set('holdfast_deals', 3);
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).to.include('# TYPE holdfast_deals gauge\nholdfast_deals 3\n');
  });

  it('stops when it is told to', async () => {
    await serve();
    await stopDaemon(file, signal);
    expect(stops).to.equal(1);
  });

  it('keeps its token in a file for its owner alone, another one at each start, gone at the end', async () => {
    const first = await serve();
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    await api?.stop();
    await rejection(askDaemon(file, signal), 'DAEMON_NOT_RUNNING');
    await writeFile(`${file}.tmp`, 'left by a crash', { mode: 0o666 });
    const second = await serve();
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(second.token).not.to.equal(first.token);
    expect(second.token).to.have.length(43);
  });

  it('refuses who has no token or a wrong one', async () => {
    const { token, port } = await serve();
    for (const authorization of ['', token, `Bearer ${token}x`, `Bearer ${token.slice(1)}`, 'Bearer', 'Basic YTpi']) {
      for (const [path, method] of [
        ['/v1/status', 'GET'],
        ['/v1/stop', 'POST'],
        ['/metrics', 'GET'],
        ['/elsewhere', 'GET'],
      ] as const) {
        expect((await ask(port, path, { authorization }, method)).code).to.equal(401);
      }
    }
    expect(stops).to.equal(0);
  });

  it('refuses a page of another name, even with the token: DNS may be made to point here', async () => {
    const { token, port } = await serve();
    const authorization = `Bearer ${token}`;
    for (const host of ['evil.example', `evil.example:${port}`, `localhost:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      expect((await ask(port, '/v1/status', { authorization, host })).code).to.equal(421);
    }
    expect((await ask(port, '/v1/status', { authorization, host: `127.0.0.1:${port}` })).code).to.equal(200);
  });

  it('listens on 127.0.0.1 and nowhere else', async () => {
    const { port } = await serve();
    const [error] = (await once(createConnection({ host: '127.0.0.2', port }), 'error')) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNREFUSED');
  });

  it('reads no large body, and knows no other route', async () => {
    const { token, port } = await serve();
    const authorization = `Bearer ${token}`;
    expect((await ask(port, '/v1/stop', { authorization }, 'POST', 'x'.repeat(5_000))).code).to.equal(413);
    expect((await ask(port, '/v1/stop', { authorization }, 'GET')).code).to.equal(404);
    expect((await ask(port, '/v1/keys', { authorization })).code).to.equal(404);
    expect(stops).to.equal(0);
  });

  it('passes a coded error on with its sentence, and any other without its text', async () => {
    let error: Error = new HoldfastError('PEER_BUSY', { what: 'moons', limit: 3 });
    await serve({ status: () => Promise.reject(error) });
    const coded = await rejection(askDaemon(file, signal), 'DAEMON_REFUSED');
    expect(coded.data).to.include({ status: 500, reason: '3 moons are in hand already, and no more are taken' });
    error = new Error('the key is hunter2');
    const hidden = await rejection(askDaemon(file, signal), 'DAEMON_REFUSED');
    expect(hidden.message).not.to.contain('hunter2');
  });

  it('names the port that is taken', async () => {
    const { port } = await serve();
    const error = await rejection(
      serveApi({ port, file, status: () => Promise.resolve({}), stop: () => undefined, metrics, log: createRecordedLog() }),
      'PORT_TAKEN',
    );
    expect(error.data).to.deep.equal({ port });
  });

  it('is not running when its file is missing, damaged, of a crashed daemon, or points elsewhere', async () => {
    await rejection(askDaemon(file, signal), 'DAEMON_NOT_RUNNING');
    const { port } = await serve();
    const good = JSON.parse(await readFile(file, 'utf8')) as object;
    await api?.stop();
    for (const text of ['', '{', '[]', JSON.stringify({ ...good, version: 2 }), JSON.stringify(good)]) {
      await writeFile(file, text);
      await rejection(askDaemon(file, signal), 'DAEMON_NOT_RUNNING');
    }
    for (const url of [`http://127.0.0.1:${port}/x`, `http://evil.example:${port}`, `http://127.0.0.1:${port}@evil.example`]) {
      await writeFile(file, JSON.stringify({ ...good, url }));
      await rejection(askDaemon(file, signal), 'DAEMON_NOT_RUNNING');
    }
  });

  it('is told from another program that has its old port', async () => {
    const answers = ['hello', '{"deals":"many"}', 'x'.repeat((4 << 20) + 1)];
    let answer = 0;
    await somebodyElse((_request, response) => void response.end(answers[answer++]));
    for (const _answer of answers) await rejection(askDaemon(file, signal), 'DAEMON_ANSWER_INVALID');
  });

  it('is not followed to another address', async () => {
    let asked = 0;
    await somebodyElse((_request, response) => {
      asked++;
      response.writeHead(307, { location: '/v1/elsewhere' }).end();
    });
    await rejection(askDaemon(file, signal), 'DAEMON_NOT_RUNNING');
    expect(asked).to.equal(1);
  });

  it('is waited for only until the caller stops', async () => {
    const entered = Promise.withResolvers<void>();
    await serve({
      status: () => {
        entered.resolve();
        return new Promise(() => undefined);
      },
    });
    const controller = new AbortController();
    const reason = new Error('enough');
    const asked = askDaemon(file, controller.signal).catch((error: unknown) => error);
    await entered.promise;
    controller.abort(reason);
    expect(await asked).to.equal(reason);
  });
});

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { HoldfastError, isHoldfastError } from '../../core/errors/holdfast-error.js';
import type { Log } from '../../ports/world.js';
import { jsonText } from '../json-text.js';
import type { PrometheusMetrics } from '../prometheus.js';

/** What the local API of a daemon answers with. */
export interface ApiOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** File for address and token, readable by its owner alone; gone when the API stops. */
  readonly file: string;
  /** The answer of `GET /v1/status`. */
  readonly status: (signal: AbortSignal) => Promise<object>;
  /** Called by `POST /v1/stop`. */
  readonly stop: () => void;
  /** The answer of `GET /metrics`. */
  readonly metrics: Pick<PrometheusMetrics, 'contentType' | 'text'>;
  readonly log: Log;
}

export interface Api {
  readonly url: string;
  stop(): Promise<void>;
}

/** Most bytes of a request's body: no route reads one. */
const BODY_CAP = 4096;
/** Longest that a status may take, milliseconds. */
const STATUS_MILLISECONDS = 10_000;

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};

const routesOf = ({ status, stop, metrics, log }: ApiOptions, token: string, host: () => string): Hono => {
  const app = new Hono();
  app.use(bodyLimit({ maxSize: BODY_CAP }));
  app.use(async (context, next) => {
    // A page in a browser can be made to call 127.0.0.1 under its own name: only ours is answered.
    if (context.req.header('host') !== host()) return context.text('unknown host', 421);
    if (!sameText(context.req.header('authorization') ?? '', `Bearer ${token}`)) return context.text('the token is missing or wrong', 401);
    return await next();
  });
  app.get('/v1/status', async (context) =>
    context.body(jsonText(await status(AbortSignal.timeout(STATUS_MILLISECONDS))), 200, { 'content-type': 'application/json' }),
  );
  app.get('/metrics', async (context) => context.body(await metrics.text(), 200, { 'content-type': metrics.contentType }));
  app.post('/v1/stop', (context) => {
    stop();
    return context.body(jsonText({ stopping: true }), 202, { 'content-type': 'application/json' });
  });
  app.onError((error, context) => {
    if (error instanceof HTTPException) return error.getResponse();
    log.warn('api-request-failed', { path: context.req.path, error });
    const coded = isHoldfastError(error) ? error : new HoldfastError('INTERNAL', { detail: 'the request failed; the log says why' });
    return context.body(jsonText({ error: { code: coded.code, message: coded.message, remedy: coded.remedy } }), 500, {
      'content-type': 'application/json',
    });
  });
  return app;
};

/** Writes `file` for its owner's eyes alone, in one step. */
const publish = async (file: string, text: string): Promise<void> => {
  const temporary = `${file}.tmp`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await rm(temporary, { force: true });
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
  await rename(temporary, file);
};

/** Serves the API on 127.0.0.1 and writes where it is and its token to `file`. PORT_TAKEN. */
export const serveApi = async (options: ApiOptions): Promise<Api> => {
  const { port, file } = options;
  const token = randomBytes(32).toString('base64url');
  let bound = '';
  const server = createAdaptorServer({ fetch: routesOf(options, token, () => bound).fetch });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening').catch((cause: unknown) => {
    throw new HoldfastError('PORT_TAKEN', { port }, { cause });
  });
  bound = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${bound}`;
  await publish(file, jsonText({ version: 1, pid: process.pid, url, token }));
  const stop = async (): Promise<void> => {
    await rm(file, { force: true });
    const closed = once(server, 'close');
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await closed;
  };
  return { url, stop };
};

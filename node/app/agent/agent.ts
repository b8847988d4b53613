import { chmod, lstat, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { toHex } from '../../core/data/bytes.js';
import type { Address } from '../../core/units.js';
import { answer, lineOf, request } from './protocol.js';
import { isPrivateSocket } from './private-path.js';
import { readLine } from './read-line.js';

/** Most connections at once; more are sent away. */
export const MOST_CONNECTIONS = 8;
/** Time between two looks whether the socket is still this agent's and nobody else's, and the time still to come, milliseconds. */
const LOOK_MILLISECONDS = 1_000;

export interface AgentOptions {
  /** Where it listens: in a folder that its owner alone may enter, so that nobody else opens the socket before it has its mode. */
  readonly path: string;
  readonly address: Address;
  /** 32 bytes; overwritten with zeros at the end. */
  readonly key: Uint8Array;
  /** When it ends by itself, milliseconds since 1970: also where the machine slept meanwhile. */
  readonly until: number;
  readonly now: () => number;
  /** Milliseconds since some moment, by a clock that nobody sets: what was set back holds no key for longer. */
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
}

/** Something that holds a key until `ended`. */
export interface Agent {
  readonly ended: Promise<void>;
}

/** Whether the file at `path` is the one with `inode`. */
const isStill = async (path: string, inode: bigint): Promise<boolean> =>
  (await lstat(path, { bigint: true }).catch(() => undefined))?.ino === inode;

/**
 * Holds a key in memory, and gives it to whoever may open the socket: the same user. It ends with its time, with "lock", with the signal,
 * where another took its place, and where others may open the socket. Resolves once it listens; the socket has its name only then, and may be opened by its owner alone.
 */
export const startAgent = async ({ path, address, key, until, now, elapsed, signal }: AgentOptions): Promise<Agent> => {
  const stop = new AbortController();
  const ending = AbortSignal.any([signal, stop.signal]);
  const sockets = new Set<Socket>();
  const [began, most] = [elapsed(), until - now()];
  const isOver = (): boolean => now() >= until || elapsed() - began >= most;

  const serve = async (socket: Socket): Promise<void> => {
    const line = await readLine(socket);
    const asked = request.safeParse(parsed(line)).data;
    const isAnswered = asked !== undefined && (await isPrivateSocket(path)) && !ending.aborted && !isOver();
    if (!isAnswered) return void socket.destroy();
    const said = answer.parse({ holdfastAgent: 1, address, until, ...(asked.ask === 'key' && { key: toHex(key) }) });
    socket.end(lineOf(said), () => {
      // Whoever was answered has no more to say: a connection that is not ended by the other side would take room for ever.
      socket.destroy();
      if (asked.ask === 'lock') stop.abort();
    });
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    void serve(socket);
  });
  server.maxConnections = MOST_CONNECTIONS;

  const draft = `${path}.${randomUUID().slice(0, 8)}`;
  server.listen(draft);
  await once(server, 'listening', { signal: ending });
  await chmod(draft, 0o600);
  const { ino } = await stat(draft, { bigint: true });
  await rename(draft, path);

  const looking = setInterval(() => {
    if (isOver()) stop.abort();
    void Promise.all([isStill(path, ino), isPrivateSocket(path)]).then((are) => are.every(Boolean) || stop.abort());
  }, LOOK_MILLISECONDS);
  const finish = async (): Promise<void> => {
    clearInterval(looking);
    key.fill(0);
    const isOurs = await isStill(path, ino);
    server.close();
    for (const socket of sockets) socket.destroy();
    if (isOurs) await rm(path, { force: true });
  };
  const ended = (ending.aborted ? Promise.resolve() : once(ending, 'abort')).then(finish);
  return { ended };
};

const parsed = (line: string | undefined): unknown => {
  try {
    return JSON.parse(line ?? '');
  } catch {
    return undefined;
  }
};

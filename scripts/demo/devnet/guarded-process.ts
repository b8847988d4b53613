import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { unlessAborted } from '../../../node/core/tasks/waiting.js';

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that cannot outlive this one, whichever way this one ends. */
export interface GuardedProcess {
  readonly name: string;
  /** Process id of the program itself, not of its guard. */
  readonly pid: number;
  /** Resolves with the first line it prints that `pattern` matches; rejects if it ends first. */
  line(pattern: RegExp, signal?: AbortSignal): Promise<RegExpExecArray>;
  /** Sends a signal to the program. */
  signal(name: NodeJS.Signals): void;
  /** Resolves once it has ended. */
  readonly ended: Promise<Ending>;
  /** SIGTERM, and SIGKILL when it has not ended after `milliseconds`. */
  stop(milliseconds?: number): Promise<Ending>;
}

export interface GuardedProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** File that everything it prints is written to. */
  readonly log: string;
  /** Called with each line of its standard output. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs the program and tells its process id. Standard input is the life line: it closes when this process ends, however it
 * ends, and then the program is killed. The program's own standard input is /dev/null.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
child=$!
echo "guarded $child"
{ cat <&3 >/dev/null; kill -9 $child; } >/dev/null 2>&1 &
exec 3<&-
wait $child
code=$?
echo "ended $code"`;

/** Lines kept for patterns that are asked for after the line was printed. */
const KEPT_LINES = 200;
const STOP_MILLISECONDS = 15_000;

/** Starts a program under a guard of its own, in a process group of its own, so that Ctrl-C reaches only this process. */
export const startGuarded = async ({
  name,
  command,
  args,
  env = process.env,
  log,
  onLine,
}: GuardedProcessOptions): Promise<GuardedProcess> => {
  const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', command, ...args], { env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  guard.stdin.on('error', () => undefined);
  const file = createWriteStream(log, { flags: 'a' });
  guard.stderr.pipe(file, { end: false });
  const lines: string[] = [];
  const readers = new Set<(line: string) => void>();
  const reader = createInterface({ input: guard.stdout });
  let code: number | undefined;
  let guarded = false;
  reader.on('line', (text) => {
    const ending = /^ended (\d+)$/.exec(text);
    if (ending) code = Number(ending[1]);
    else if (guarded) onLine?.(text);
    guarded = true;
    file.write(`${text}\n`);
    lines.push(text);
    if (lines.length > KEPT_LINES) lines.shift();
    for (const each of readers) each(text);
  });
  const ended = once(reader, 'close').then((): Ending => {
    guard.stdin.end();
    file.end();
    const status = code ?? 137;
    const signal = status > 128 ? (SIGNALS[status - 128] ?? 'SIGKILL') : null;
    return { code: signal === null ? status : null, signal };
  });

  const line = async (pattern: RegExp, signal?: AbortSignal): Promise<RegExpExecArray> => {
    signal?.throwIfAborted();
    for (const text of lines) {
      const found = pattern.exec(text);
      if (found) return found;
    }
    const { promise, resolve, reject } = Promise.withResolvers<RegExpExecArray>();
    const look = (text: string): void => {
      const found = pattern.exec(text);
      if (found) resolve(found);
    };
    readers.add(look);
    void ended.then(() =>
      reject(new Error(`${name} ended before it was ready; its last lines:\n${lines.slice(-10).join('\n')}\n(${log})`)),
    );
    return unlessAborted(promise, signal).finally(() => readers.delete(look));
  };

  const [, pid] = await line(/^guarded (\d+)$/);
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (code === undefined) process.kill(Number(pid), signal);
    } catch (error) {
      // It has ended, and its guard has not said so yet.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  return {
    name,
    pid: Number(pid),
    line,
    signal: send,
    ended,
    stop: async (milliseconds = STOP_MILLISECONDS) => {
      send('SIGTERM');
      send('SIGCONT');
      const last = setTimeout(() => guard.stdin.end(), milliseconds);
      return ended.finally(() => clearTimeout(last));
    },
  };
};

const SIGNALS: Readonly<Record<number, NodeJS.Signals>> = { 1: 'SIGHUP', 2: 'SIGINT', 9: 'SIGKILL', 15: 'SIGTERM' };

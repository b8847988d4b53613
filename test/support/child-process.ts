import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process started by a test. It is killed when the test process ends, in whatever way that ends. */
export interface ChildProcess {
  /** Process id of the child itself. */
  readonly pid: number;
  /** What it has printed so far, standard error included; the newest 64 KiB. */
  output(): string;
  /** Resolves with the first match in what it prints; rejects with its output if it ends or `milliseconds` pass before. */
  printed(pattern: RegExp, milliseconds: number): Promise<RegExpExecArray>;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  /** Ends it with SIGKILL and waits until it is gone. */
  readonly stop: () => Promise<void>;
}

/**
 * A shell between the two: it starts the command, prints its process id, and kills it when standard input closes, which
 * the death of this process does as well.
 */
const GUARD = `exec 3<&0
"$@" </dev/null 3<&- &
child=$!
echo "guarded $child"
(cat <&3 >/dev/null; kill -9 $child 2>/dev/null) >/dev/null 2>&1 &
exec 3<&-
wait $child`;

const KEPT = 64 << 10;

export const startChild = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<ChildProcess> => {
  const guard = spawn('sh', ['-c', GUARD, 'guard', command, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  const watchers = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    output = (output + chunk.toString('utf8')).slice(-KEPT);
    for (const watcher of watchers) watcher();
  };
  guard.stdout.on('data', take);
  guard.stderr.on('data', take);
  guard.stdin.on('error', () => undefined);
  const ended = once(guard, 'close').then(() => undefined);

  const printed = async (pattern: RegExp, milliseconds: number): Promise<RegExpExecArray> => {
    const deadline = AbortSignal.timeout(milliseconds);
    return new Promise<RegExpExecArray>((resolve, reject) => {
      const watch = (): void => {
        const match = pattern.exec(output);
        if (match === null) return;
        watchers.delete(watch);
        resolve(match);
      };
      const fail = (why: string): void => {
        watchers.delete(watch);
        reject(new Error(`${command} ${why} before it printed ${String(pattern)}:\n${output}`));
      };
      deadline.addEventListener('abort', () => fail(`took ${milliseconds} ms`));
      void ended.then(() => fail('ended'));
      watchers.add(watch);
      watch();
    });
  };

  const [, pid] = await printed(/guarded (\d+)\n/, 10_000);
  return {
    pid: Number(pid),
    output: () => output,
    printed,
    ended,
    stop: async () => {
      guard.stdin.end();
      await ended;
    },
  };
};

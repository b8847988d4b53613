import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLog } from '../../../../../node/app/log.js';
import { runProviderDaemon } from '../../../../../node/app/provider-daemon.js';
import type { Settings } from '../../../../../node/app/settings/config.js';
import { startGuarded, type GuardedProcess } from '../../../../demo/devnet/guarded-process.js';
import { PASSWORD } from './terms.js';

/** A line of a daemon's log. */
export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [fact: string]: unknown;
}

/** A provider's daemon in this process. */
export interface Daemon {
  /** Whether it serves. */
  readonly isReady: boolean;
  /** Rejects with what ended it before its time. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Starts the daemon as `provider run` does; what it logs goes to `lines`. */
export const startDaemon = (settings: Settings, lines: LogLine[]): Daemon => {
  const stop = new AbortController();
  const stream = { write: (text: string): void => void lines.push(JSON.parse(text) as LogLine) };
  const log = createLog({ level: 'debug', stream });
  let isReady = false;
  const onReady = (): void => void (isReady = true);
  const ended = runProviderDaemon({ settings, password: PASSWORD, log, onReady, signal: stop.signal });
  ended.catch(() => undefined);
  return {
    get isReady() {
      return isReady;
    },
    ended,
    stop: async () => {
      stop.abort(new Error('the daemon is told to stop'));
      await ended.catch((error: unknown) => {
        if (!stop.signal.aborted || isReady) throw error;
      });
    },
  };
};

const ROOT = join(import.meta.dirname, '../../../../..');

/** How a daemon's process is started. */
export interface DaemonProcessOptions {
  readonly settings: Settings;
  /** Takes all that it prints. */
  readonly log: string;
  /** Modules that are loaded first. */
  readonly imports?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Words before the command. */
  readonly prefix?: readonly string[];
}

/** Starts `holdfast provider run` from the sources, in a process of its own that signals reach. It prints "is up." when it serves. */
export const startDaemonProcess = async (options: DaemonProcessOptions): Promise<GuardedProcess> => {
  const { settings, log, imports = [], env = {}, prefix = [] } = options;
  const password = join(settings.home, 'password');
  await writeFile(password, `${PASSWORD}\n`, { mode: 0o600 });
  const loaded = ['tsx', ...imports].flatMap((module) => ['--import', module]);
  const program = [process.execPath, '--conditions=holdfast-source', ...loaded, join(ROOT, 'node/cli/main.ts')];
  const [command = '', ...args] = [...prefix, ...program, 'provider', 'run', '--password-file', password];
  return startGuarded({ name: 'provider run', command, args, log, env: { ...process.env, HOLDFAST_HOME: settings.home, ...env } });
};

import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { yesOption } from '../../../node/cli/asking.js';
import { commandTable } from '../../../node/cli/command-table.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';

/** Somebody with a home folder of their own, who uses the command line like anybody else. */
export interface Person {
  readonly name: string;
  /** Keys, stores and settings. */
  readonly home: string;
  /** Everything that this person's commands printed. */
  readonly log: string;
  /**
   * Runs `holdfast ARGS --json` in a fresh process, with `--yes` where the command would ask, and resolves to what it printed.
   * @throws CommandFailed with the coded error that it printed.
   */
  holdfast(args: readonly string[], options?: CommandOptions): Promise<Answer>;
  /** Starts `holdfast ARGS` and leaves it running. */
  start(args: readonly string[]): Promise<GuardedProcess>;
}

export interface CommandOptions {
  readonly signal?: AbortSignal;
  /** Exit code that it must end with. Default: 0. */
  readonly code?: number;
  /** Called once the process runs. */
  readonly onStart?: (process: GuardedProcess) => void;
}

/** The one JSON object that a command prints. */
export type Answer = Readonly<Record<string, unknown>>;

/** A command that ended with an error. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';

  constructor(
    readonly command: string,
    readonly code: string,
    message: string,
    readonly remedy: string,
  ) {
    super(`${command}: ${code}: ${message}. ${remedy}`);
  }
}

/** How a person's commands find the chain. */
export interface Network {
  readonly rpc: string;
  /** Path of the address book. */
  readonly book: string;
  /** Stops every command when it aborts. */
  readonly signal: AbortSignal;
  /** What is run as `holdfast`: command and first arguments. Default: what this checkout has built. */
  readonly program?: readonly [string, ...string[]];
}

/** Keys of a devnet are worth nothing and are unlocked by every command: guessing their passwords need not be dear. */
export const SCRYPT_COST = 4096;

const BUILT = [process.execPath, join(import.meta.dirname, '../../../dist/cli/main.js')] as const;

/** Makes a person with a home in `folder` and a password of their own; the home holds nothing else but a setting. */
export const createPerson = async (folder: string, name: string, network: Network): Promise<Person> => {
  const home = join(folder, name);
  const passwordFile = join(folder, `${name}.password`);
  const log = join(folder, `${name}.log`);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(join(home, 'config.json'), `${JSON.stringify({ keystore: { scryptCost: SCRYPT_COST } })}\n`, { flag: 'wx' });
  await writeFile(passwordFile, `${randomBytes(16).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  return personAt({ name, home, log, passwordFile, network });
};

/** The same person with another home: the password stays, and of the old home only what the caller copies. */
export const movedPerson = (person: Person, folder: string, name: string, network: Network): Person =>
  personAt({
    name,
    home: join(folder, name),
    log: join(folder, `${name}.log`),
    passwordFile: join(folder, `${person.name}.password`),
    network,
  });

interface Place {
  readonly name: string;
  readonly home: string;
  readonly log: string;
  readonly passwordFile: string;
  readonly network: Network;
}

const personAt = ({ name, home, log, passwordFile, network }: Place): Person => {
  const [command, ...first] = network.program ?? BUILT;
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, HOME: home, HOLDFAST_HOME: home, HOLDFAST_RPC: network.rpc, HOLDFAST_BOOK: network.book };
  const run = (args: readonly string[], onLine?: (line: string) => void): Promise<GuardedProcess> =>
    startGuarded({
      name: `${name}: holdfast ${args.join(' ')}`,
      command,
      args: [...first, ...args, '--password-file', passwordFile],
      env,
      log,
      ...(onLine && { onLine }),
    });
  return {
    name,
    home,
    log,
    start: (args) => run(args),
    holdfast: async (args, { signal: own, code: expected = 0, onStart } = {}) => {
      const signal = own ? AbortSignal.any([own, network.signal]) : network.signal;
      signal.throwIfAborted();
      const lines: string[] = [];
      const child = await run([...args, ...(await agreedIn(args)), '--json'], (line) => lines.push(line));
      const abort = (): void => void child.stop();
      signal.addEventListener('abort', abort, { once: true });
      onStart?.(child);
      const { code, signal: killed } = await child.ended;
      signal.removeEventListener('abort', abort);
      signal.throwIfAborted();
      return answerOf(`holdfast ${args.join(' ')}`, lines.join('\n'), code ?? killed ?? 1, { expected, log });
    },
  };
};

/** `--yes` for a command that asks: nobody sits at a terminal. */
const agreedIn = async (args: readonly string[]): Promise<readonly string[]> => {
  const entry = commandTable
    .filter(({ path }) => path.every((word, index) => word === args[index]))
    .reduce<(typeof commandTable)[number] | undefined>((best, one) => (one.path.length > (best?.path.length ?? 0) ? one : best), undefined);
  const { options = [] } = (await entry?.load()) ?? {};
  return options.some(({ flags }) => flags === yesOption.flags) && !args.includes(yesOption.flags) ? [yesOption.flags] : [];
};

const answerOf = (
  command: string,
  text: string,
  code: number | string,
  { expected, log }: { readonly expected: number; readonly log: string },
): Answer => {
  const answer = parse(text);
  if (code === expected && answer && !('error' in answer)) return answer;
  const error = answer?.['error'] as { code: string; message: string; remedy: string } | undefined;
  if (error) throw new CommandFailed(command, error.code, error.message, error.remedy);
  throw new CommandFailed(command, 'ENDED', `it ended with ${code} and printed no JSON`, `See ${log}.`);
};

const parse = (text: string): Answer | undefined => {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return undefined;
  }
};

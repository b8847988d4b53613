import type { Readable, Writable } from 'node:stream';
import { jsonText } from '../app/json-text.js';
import { version } from '../app/version.js';
import { asCoded } from '../core/errors/coded.js';
import type { HoldfastError } from '../core/errors/holdfast-error.js';
import { uncodedRefusal } from '../disk/disk-error.js';
import { commandTable } from './command-table.js';
import { OptionReader, type Outcome } from './command.js';
import { buildProgram, helpLast, usageError, type Invocation } from './program.js';
import { visibleLines } from '../core/visible-text.js';
import { createPrompt } from './prompt.js';
import { createTerminal } from './terminal.js';

/** What a command line has around it. */
export interface Surroundings {
  /** Called where a command reads from it. Default: the process's own. */
  readonly stdin?: () => Readable;
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the command in good order. */
  readonly signal: AbortSignal;
}

const runInvocation = async (invocation: Invocation, around: Surroundings): Promise<Outcome> => {
  const { stdin = () => process.stdin, stdout, stderr, env, signal } = around;
  const options = new OptionReader(invocation.options);
  const aside = createTerminal({ json: false, stream: stderr });
  return await invocation.spec.run({
    args: invocation.args,
    options,
    terminal: createTerminal({ json: options.flag('json'), stream: stdout }),
    standard: {
      get input() {
        return stdin();
      },
      output: stdout,
      aside,
    },
    prompt: createPrompt({ passwordFile: options.text('passwordFile'), warn: options.flag('json') ? undefined : aside.say, signal }),
    settings: async () => {
      const { loadSettings } = await import('../app/settings/config.js');
      const [home, rpc, book, network] = ['home', 'rpc', 'book', 'network'].map((name) => options.text(name));
      return await loadSettings({ home, rpc, book, network }, env);
    },
    signal,
  });
};

const report = (error: HoldfastError, json: boolean, { stdout, stderr, env }: Surroundings): void => {
  const { code, message, remedy, data } = error;
  if (json) stdout.write(`${jsonText({ error: { code, message, remedy, data } })}\n`);
  else stderr.write(visibleLines(`${code}: ${message}.\n${remedy}\n`));
  if (code === 'INTERNAL' && env['HOLDFAST_DEBUG'] !== undefined) console.error(error.cause);
};

/** Runs the command that the words `argv` name, and prints what it comes to; its exit code. Help and version go to standard output. */
export const runCommandLine = async (argv: readonly string[], around: Surroundings): Promise<number> => {
  const json = argv.includes('--json');
  try {
    const found: Invocation[] = [];
    const program = buildProgram(commandTable, version, (invocation) => found.push(invocation));
    await program.parseAsync([...helpLast(commandTable, argv)], { from: 'user' });
    const [invocation] = found;
    if (invocation === undefined) return 0;
    const outcome = await runInvocation(invocation, around);
    if (json && outcome.printed === true) return 0;
    around.stdout.write(json ? `${jsonText(outcome.json)}\n` : visibleLines(outcome.text.map((line) => `${line}\n`).join('')));
    return outcome.exitCode ?? 0;
  } catch (error) {
    const usage = usageError(error);
    if (usage === undefined && error instanceof Error && 'exitCode' in error && error.exitCode === 0) return 0;
    const coded = usage ?? asCoded(uncodedRefusal(error));
    report(coded, json, around);
    return coded.code === 'USAGE' ? 2 : coded.code === 'ABORTED' ? 130 : 1;
  }
};

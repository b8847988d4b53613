#!/usr/bin/env node
import process from 'node:process';
import { loadSettings } from '../app/settings/config.js';
import { jsonText } from '../app/json-text.js';
import { version } from '../app/version.js';
import { asCoded } from '../core/errors/coded.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { commandTable } from './command-table.js';
import { OptionReader, type Outcome } from './command.js';
import { buildProgram, usageError, type Invocation } from './program.js';
import { createPrompt } from './prompt.js';
import { createTerminal } from './terminal.js';

const stopOn = (...signals: NodeJS.Signals[]): AbortSignal => {
  const controller = new AbortController();
  for (const signal of signals) {
    process.once(signal, () => {
      controller.abort(new HoldfastError('ABORTED', { what: 'the command' }));
    });
  }
  return controller.signal;
};

const runInvocation = async (invocation: Invocation, signal: AbortSignal): Promise<Outcome> => {
  const options = new OptionReader(invocation.options);
  return await invocation.spec.run({
    args: invocation.args,
    options,
    terminal: createTerminal({ json: options.flag('json') }),
    prompt: createPrompt({ passwordFile: options.text('passwordFile'), signal }),
    settings: () =>
      loadSettings({
        home: options.text('home'),
        rpc: options.text('rpc'),
        book: options.text('book'),
        network: options.text('network'),
      }),
    signal,
  });
};

const report = (error: HoldfastError, json: boolean): void => {
  const { code, message, remedy, data } = error;
  if (json) process.stdout.write(`${jsonText({ error: { code, message, remedy, data } })}\n`);
  else process.stderr.write(`${code}: ${message}.\n${remedy}\n`);
  if (code === 'INTERNAL' && process.env['HOLDFAST_DEBUG'] !== undefined) console.error(error.cause);
};

const main = async (argv: readonly string[]): Promise<number> => {
  const json = argv.includes('--json');
  const signal = stopOn('SIGINT', 'SIGTERM');
  try {
    const found: Invocation[] = [];
    await buildProgram(commandTable, version, (invocation) => found.push(invocation)).parseAsync([...argv], { from: 'user' });
    const [invocation] = found;
    if (invocation === undefined) return 0;
    const outcome = await runInvocation(invocation, signal);
    if (json && outcome.printed === true) return 0;
    process.stdout.write(json ? `${jsonText(outcome.json)}\n` : outcome.text.map((line) => `${line}\n`).join(''));
    return outcome.exitCode ?? 0;
  } catch (error) {
    const usage = usageError(error);
    if (usage === undefined && error instanceof Error && 'exitCode' in error && error.exitCode === 0) return 0;
    const coded = usage ?? asCoded(error);
    report(coded, json);
    return coded.code === 'USAGE' ? 2 : coded.code === 'ABORTED' ? 130 : 1;
  }
};

// Who reads only the beginning (`| head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

process.exitCode = await main(process.argv.slice(2));

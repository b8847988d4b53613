#!/usr/bin/env node
import process from 'node:process';
import { keepYoungGenerationSmall } from '../app/small-young-generation.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import { runCommandLine } from './command-line.js';

keepYoungGenerationSmall();

const stopOn = (...signals: NodeJS.Signals[]): AbortSignal => {
  const controller = new AbortController();
  for (const signal of signals) {
    process.once(signal, () => {
      controller.abort(new HoldfastError('ABORTED', { what: 'the command' }));
    });
  }
  return controller.signal;
};

const { stdout, stderr, env } = process;

// Who reads only the beginning (`| head`) has seen enough.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

const signal = stopOn('SIGINT', 'SIGTERM');
process.exitCode = await runCommandLine(process.argv.slice(2), { stdout, stderr, env, signal });
// A reader that has stopped reading would keep the process for what it has not taken.
if (signal.aborted && stdout.writableLength > 0) process.exit();

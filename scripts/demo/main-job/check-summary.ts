import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startGuarded } from '../devnet/guarded-process.js';
import type { SourceFile } from './source-files.js';
import type { Stage } from './stage.js';
import { summaryText, type Summary } from './summary.js';

const PROGRAM = join(import.meta.dirname, '../../check-summary');

/** Runs `scripts/check-summary` as a process of its own; rejects with what it complains of. */
export const runSummaryCheck = async (
  { devnet, signal }: Pick<Stage, 'devnet' | 'signal'>,
  summary: Summary | Pick<Summary, 'providers' | 'blocks'>,
  sources: readonly SourceFile[],
  flags: readonly string[] = [],
): Promise<void> => {
  const path = join(devnet.folder, 'summary.json');
  await writeFile(path, summaryText(summary));
  const { rpc, book } = devnet.network;
  const complaints: string[] = [];
  const log = join(devnet.folder, 'check-summary.log');
  const program = await startGuarded({
    name: 'scripts/check-summary',
    command: PROGRAM,
    args: ['--rpc', rpc, '--book', book, '--summary', path, ...flags, ...sources.map((source) => source.path)],
    log,
    onLine: (line) => complaints.push(line),
  });
  signal.addEventListener('abort', () => void program.stop(), { once: true });
  const { code } = await program.ended;
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`scripts/check-summary says: ${complaints.join('\n') || `(nothing; see ${log})`}`);
};

import { readFileSync, writeFileSync } from 'node:fs';
import type { SuiteResult } from './suite-result.js';

/** Writes `counts` to `file`, for another run to add to its own. */
export const handOn = (file: string, counts: SuiteResult): void => writeFileSync(file, `${JSON.stringify(counts)}\n`);

/** Takes the counts that another run wrote to `file`. A run that broke off before it wrote any counts as one failure. */
export const takeOver = (file: string): SuiteResult => {
  const text = readFileSync(file, 'utf8');
  return text === '' ? { passed: 0, failed: 1, skipped: 0 } : (JSON.parse(text) as SuiteResult);
};

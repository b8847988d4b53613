import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutant.js';
import { textHash } from './sources.js';
import type { Verdict } from './verdict.js';

interface Entry {
  readonly mutant: string;
  /** Hash of all that the verdict rests on. */
  readonly basis: string;
  readonly verdict: Verdict;
}

/** Verdicts of earlier runs, as far as nothing has changed since that they rest on. */
export interface Ledger {
  find(mutant: Mutant): Verdict | undefined;
  write(mutant: Mutant, verdict: Verdict): void;
}

const FILE = 'cache/mutants/verdicts.jsonl';

/**
 * Opens the ledger of the project in folder `root`; git does not know of the file.
 * @param basisOf Hash of all that a verdict rests on.
 */
export const openLedger = (root: string, basisOf: (verdict: Verdict) => string): Ledger => {
  const path = join(root, FILE);
  const hashOf = (mutant: Mutant): string => textHash(`${mutant.path}\0${mutant.mutated}`);
  const entries = new Map<string, Entry>();
  if (existsSync(path)) {
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      // A run that was killed may have left half a line.
      if (!line.endsWith('}')) continue;
      const entry = JSON.parse(line) as Entry;
      entries.set(entry.mutant, entry);
    }
  }
  return {
    find: (mutant) => {
      const entry = entries.get(hashOf(mutant));
      return entry && entry.basis === basisOf(entry.verdict) ? entry.verdict : undefined;
    },
    write: (mutant, verdict) => {
      const entry: Entry = { mutant: hashOf(mutant), basis: basisOf(verdict), verdict };
      entries.set(entry.mutant, entry);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
    },
  };
};

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Source } from './changes/mutant.js';

const IMPORT = /^import\b[^;]*?"([^"]+)";/gm;

/** The project's Solidity files, and which of them each one is made of. */
export interface SourceTree {
  readonly contracts: readonly Source[];
  /** Files of tests and of what they share. */
  readonly tests: readonly Source[];
  /** The file itself and all that it imports, those of packages left out. */
  closureOf(path: string): ReadonlySet<string>;
  /** Hash over a file and all that it imports. */
  hashOf(path: string): string;
}

const sha256 = (parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('hex').slice(0, 32);
};

/** Hash of a text, 128 bits as hex. */
export const textHash = (text: string): string => sha256([text]);

/** Reads contracts/ and test/contracts/ under `root`. */
export const readSources = (root: string): SourceTree => {
  const read = (pattern: string): readonly Source[] =>
    globSync(pattern, { cwd: root })
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const contracts = read('contracts/**/*.sol');
  const tests = read('test/contracts/**/*.sol');
  const texts = new Map([...contracts, ...tests].map(({ path, text }) => [path, text]));
  const closures = new Map<string, ReadonlySet<string>>();
  const closureOf = (path: string): ReadonlySet<string> => {
    const known = closures.get(path);
    if (known) return known;
    const found = new Set<string>([path]);
    for (const each of found) {
      for (const [, name = ''] of (texts.get(each) ?? '').matchAll(IMPORT)) {
        if (name.startsWith('.')) found.add(posix.join(posix.dirname(each), name));
      }
    }
    closures.set(path, found);
    return found;
  };
  const hashOf = (path: string): string => sha256([...closureOf(path)].sort().flatMap((each) => [each, texts.get(each) ?? '']));
  return { contracts, tests, closureOf, hashOf };
};

import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from './mutant.js';

/** Files of the project, and which of them each one is made of. */
export interface SourceTree {
  /** What is changed, or may be part of it. */
  readonly subjects: readonly Source[];
  /** Files of tests and of what they share. */
  readonly tests: readonly Source[];
  /** The file itself and all of these files that it imports. */
  closureOf(path: string): ReadonlySet<string>;
  /** Hash over a file and all that it imports. */
  hashOf(path: string): string;
}

/** Where a tree lies, and how its files name each other. */
export interface Layout {
  readonly subjects: string;
  readonly tests: string;
  /** Paths from the root of the project's files that `source` imports. */
  importsOf(source: Source): readonly string[];
}

const sha256 = (parts: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}\0`).update(part);
  return hash.digest('hex').slice(0, 32);
};

/** Hash of a text, 128 bits as hex. */
export const textHash = (text: string): string => sha256([text]);

/** Reads the files under `root` that `layout` names by patterns. */
export const readSources = (root: string, layout: Layout): SourceTree => {
  const read = (pattern: string): readonly Source[] =>
    globSync(pattern, { cwd: root })
      .map((path) => path.replaceAll('\\', '/'))
      .sort()
      .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
  const subjects = read(layout.subjects);
  const tests = read(layout.tests);
  const sources = new Map([...subjects, ...tests].map((source) => [source.path, source]));
  const closures = new Map<string, ReadonlySet<string>>();
  const closureOf = (path: string): ReadonlySet<string> => {
    const known = closures.get(path);
    if (known) return known;
    const found = new Set<string>([path]);
    for (const each of found) {
      const source = sources.get(each);
      for (const imported of source ? layout.importsOf(source) : []) found.add(imported);
    }
    closures.set(path, found);
    return found;
  };
  const hashOf = (path: string): string => sha256([...closureOf(path)].sort().flatMap((each) => [each, sources.get(each)?.text ?? '']));
  return { subjects, tests, closureOf, hashOf };
};

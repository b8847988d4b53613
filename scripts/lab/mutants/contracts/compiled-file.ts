import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compile } from '../../solidity/compile.js';
import { textHash, type SourceTree } from '../sources.js';

/** Compiles contracts and tests as they are, once, into a file for the workers; returns its path. */
export const compileAll = (root: string, { subjects, tests }: SourceTree): string => {
  const path = join(root, 'cache', 'mutants', `compiled-${textHash(JSON.stringify([subjects, tests]))}.json`);
  if (existsSync(path)) return path;
  const compiled = compile(
    root,
    [...subjects, ...tests].map((source) => source.path),
  );
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(compiled));
  renameSync(`${path}.new`, path);
  return path;
};

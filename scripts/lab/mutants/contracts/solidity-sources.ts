import { posix } from 'node:path';
import { readSources, type SourceTree } from '../sources.js';

const IMPORT = /^import\b[^;]*?"([^"]+)";/gm;

/** Reads contracts and Solidity tests under `root`. */
export const readContracts = (root: string): SourceTree =>
  readSources(root, {
    subjects: 'contracts/**/*.sol',
    tests: 'test/contracts/**/*.sol',
    importsOf: ({ path, text }) =>
      [...text.matchAll(IMPORT)].flatMap(([, name = '']) => (name.startsWith('.') ? [posix.join(posix.dirname(path), name)] : [])),
  });

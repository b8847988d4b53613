import { posix } from 'node:path';
import { readSources, type SourceTree } from '../sources.js';

const IMPORT = /\bfrom '(\.[^']+)\.js'/g;

/** Reads the node and its mocha tests under `root`. */
export const readNode = (root: string): SourceTree =>
  readSources(root, {
    subjects: 'node/**/*.ts',
    tests: 'test/**/*.ts',
    importsOf: ({ path, text }) => [...text.matchAll(IMPORT)].map(([, name = '']) => posix.join(posix.dirname(path), `${name}.ts`)),
  });

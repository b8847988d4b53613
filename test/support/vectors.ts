import { readFileSync } from 'node:fs';

/** The content of `test/vectors/<name>.json`. */
export const readVectors = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8')) as T;

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MutantKind } from './kind.js';

/** Why equivalent mutants are none, by name. */
export type Reasons = Readonly<Record<string, string>>;

const FILE = 'scripts/lab/mutants/equivalent.json';

/** The reasons for mutants of kind `name` in the project in folder `root`. */
export const readReasons = (root: string, name: MutantKind['name']): Reasons =>
  (JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Readonly<Record<MutantKind['name'], Reasons>>)[name];

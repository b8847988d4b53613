import type { NamedMutant } from '../named.js';

/** Every named mutant. */
export const allNamed: readonly NamedMutant[] = [];

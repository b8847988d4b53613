import type { NamedMutant } from '../named.js';
import { wishesOfAttackers } from './attacks.js';
import { againstInvariants } from './invariants.js';

/** Every named mutant. */
export const allNamed: readonly NamedMutant[] = [...againstInvariants, ...wishesOfAttackers];

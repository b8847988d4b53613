import type { NamedMutant } from '../named.js';
import { wishesOfAttackers } from './attacks.js';
import { lossesOfTheHonest } from './honest.js';
import { againstInvariants } from './invariants.js';
import { unsoundTerms } from './terms.js';
import { voidedVouchers } from './vouchers.js';

/** Every named mutant. */
export const allNamed: readonly NamedMutant[] = [
  ...againstInvariants,
  ...wishesOfAttackers,
  ...lossesOfTheHonest,
  ...voidedVouchers,
  ...unsoundTerms,
];

import { bookCheck, clockCheck, contractsCheck, rpcCheck } from './chain-checks.js';
import type { Check } from './check.js';
import { dealsCheck } from './deals-check.js';
import { diskCheck } from './disk-check.js';
import { homeCheck, nodeCheck, settingsCheck } from './machine-checks.js';
import { coinCheck, keysCheck, tokensCheck } from './money-checks.js';
import { recoveryCheck } from './recovery-check.js';
import { daemonCheck, portsCheck, providerCheck } from './provider-checks.js';

/** Everything that the doctor looks at, in the order of a set-up. */
export const checks: readonly Check[] = [
  nodeCheck,
  settingsCheck,
  homeCheck,
  rpcCheck,
  clockCheck,
  bookCheck,
  contractsCheck,
  keysCheck,
  coinCheck,
  tokensCheck,
  dealsCheck,
  recoveryCheck,
  diskCheck,
  portsCheck,
  providerCheck,
  daemonCheck,
];

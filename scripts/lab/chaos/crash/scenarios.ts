import type { Scenario } from './scenario.js';
import { caches } from './scenarios/caches.js';
import { deployment } from './scenarios/deployment.js';
import { endings } from './scenarios/endings.js';
import { providerLife } from './scenarios/provider-life.js';
import { recordDamaged, recordLong, recordMissing } from './scenarios/second-record.js';
import { recovery } from './scenarios/recovery.js';
import { renterLife } from './scenarios/renter-life.js';
import { providerSetup, renterSetup } from './scenarios/setting-up.js';
import { transactions } from './scenarios/transactions.js';

/** All that is interrupted. */
export const scenarios = [
  providerSetup,
  renterSetup,
  providerLife,
  endings,
  recovery,
  recordMissing,
  recordDamaged,
  recordLong,
  renterLife,
  transactions,
  caches,
  deployment,
] as unknown as readonly Scenario[];

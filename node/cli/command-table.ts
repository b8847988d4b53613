import type { CommandSpec } from './command.js';
import { completionCommands } from './commands/completion.js';
import { dealCommands } from './commands/deals.js';
import { devnetCommands } from './commands/devnet.js';
import { doctorCommands } from './commands/doctor.js';
import { initCommands } from './commands/init.js';
import { ledgerCommands } from './commands/ledger.js';
import { objectCommands } from './commands/objects.js';
import { providerCheckCommands } from './commands/provider/check.js';
import { providerInitCommands } from './commands/provider/init.js';
import { providerRotateCommands } from './commands/provider/rotate.js';
import { providerRunCommands } from './commands/provider/run.js';
import { providerStakeCommands } from './commands/provider/stake.js';
import { renterRunCommands } from './commands/renter/run.js';
import { walletCommands } from './commands/wallet.js';

/** Every command of the command line, in the order that help shows them. */
export const commandTable: readonly CommandSpec[] = [
  ...initCommands,
  ...doctorCommands,
  ...objectCommands,
  ...dealCommands,
  ...renterRunCommands,
  ...ledgerCommands,
  ...walletCommands,
  ...providerInitCommands,
  ...providerRunCommands,
  ...providerCheckCommands,
  ...providerStakeCommands,
  ...providerRotateCommands,
  ...completionCommands(() => commandTable),
  ...devnetCommands,
];

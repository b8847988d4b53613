import type { CommandSpec } from './command.js';
import { dealCommands } from './commands/deals.js';
import { devnetCommands } from './commands/devnet.js';
import { ledgerCommands } from './commands/ledger.js';
import { objectCommands } from './commands/objects.js';
import { providerInitCommands } from './commands/provider-init.js';
import { providerRunCommands } from './commands/provider-run.js';
import { providerStakeCommands } from './commands/provider-stake.js';
import { walletCommands } from './commands/wallet.js';

/** Every command of the command line, in the order that help shows them. */
export const commandTable: readonly CommandSpec[] = [
  ...objectCommands,
  ...dealCommands,
  ...ledgerCommands,
  ...walletCommands,
  ...providerInitCommands,
  ...providerRunCommands,
  ...providerStakeCommands,
  ...devnetCommands,
];

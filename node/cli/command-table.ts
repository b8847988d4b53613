import type { CommandSpec } from './command.js';

/** Every command of the command line. */
export const commandTable: readonly CommandSpec[] = [];

import { parametersOf } from '../deploy/parameters.js';

/** Chain id of every devnet. */
export const CHAIN_ID = 31_337;

const { blockMilliseconds, parameters } = parametersOf('devnet');

/** Milliseconds between two blocks. */
export const BLOCK_MILLISECONDS = blockMilliseconds;

/** The market's parameters on a devnet. */
export const DEVNET_PARAMETERS = parameters;

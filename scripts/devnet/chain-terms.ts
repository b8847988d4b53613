import { parametersOf } from '../deploy/parameters.js';

/** Chain id of every devnet. */
export const CHAIN_ID = 31_337;

/** Milliseconds between two blocks. */
export const BLOCK_MILLISECONDS = parametersOf('devnet').blockMilliseconds;

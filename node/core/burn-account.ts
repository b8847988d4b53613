import { address } from './units.js';

/** Account that burnt tokens are credited to. Nobody has its key. Twin of `IMarketStakes.BURN_ACCOUNT`. */
export const BURN_ACCOUNT = address('0x000000000000000000000000000000000000dead');

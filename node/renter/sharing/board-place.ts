/** A board lies among so many of the last sectors of its deal, or is written again behind them. */
export const NEAR_SECTORS = 32;
/** Sectors from the end among which a board is looked for: twice as many, since what is stored by other programs of the wallet comes behind it. */
export const LOOKED_SECTORS = 2 * NEAR_SECTORS;

import { parametersOf } from '../../deploy/terms/parameters.js';

/** Programs that can be a devnet's chain. */
export const chainClients = ['hardhat', 'anvil'] as const;
export type ChainClient = (typeof chainClients)[number];

/** Chain id of a devnet, by its client. */
export const chainIds: Readonly<Record<ChainClient, number>> = { hardhat: 31_337, anvil: 31_338 };

/** Milliseconds between two blocks. */
export const BLOCK_MILLISECONDS = parametersOf('devnet').blockMilliseconds;

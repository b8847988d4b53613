import hre from 'hardhat';
import type { BareChain } from './bare-chain.js';
import { BLOCK_MILLISECONDS, chainIds } from './chain-terms.js';

/** Hardhat's simulated network, in this process. */
export const startHardhatChain = async (): Promise<BareChain> => {
  const server = await hre.network.createServer(
    {
      network: 'default',
      override: {
        chainId: chainIds.hardhat,
        accounts: [],
        mining: { auto: false, interval: BLOCK_MILLISECONDS },
        allowBlocksWithSameTimestamp: true,
        loggingEnabled: false,
      },
    },
    '127.0.0.1',
    0,
  );
  const { port } = await server.listen();
  return { url: `http://127.0.0.1:${port}`, setBalance: 'hardhat_setBalance', stop: () => server.close() };
};

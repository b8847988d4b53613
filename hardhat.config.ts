import { createRequire } from 'node:module';
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers';
import { defineConfig } from 'hardhat/config';

const solcPath = createRequire(import.meta.url).resolve('solc/soljson.js');
const settings = { optimizer: { enabled: true, runs: 200 }, evmVersion: 'cancun' };
/** A large test compiles in a fraction of the time, and is run once. */
const unoptimized = { evmVersion: 'cancun' };

/** How long stateful runs are, and from what seed: `npm run invariants` sets them. */
const { HOLDFAST_RUNS = '64', HOLDFAST_DEPTH = '64', HOLDFAST_SEED } = process.env;

export default defineConfig({
  plugins: [toolbox],
  paths: { sources: './contracts', tests: { solidity: './test/contracts', mocha: './test' } },
  solidity: {
    profiles: {
      default: {
        compilers: [{ version: '0.8.37', path: solcPath, settings }],
        overrides: { 'test/contracts/invariants/MarketInvariants.t.sol': { version: '0.8.37', path: solcPath, settings: unoptimized } },
      },
    },
    splitTestsCompilation: true,
  },
  test: {
    solidity: {
      fsPermissions: { readDirectory: ['./test/vectors'] },
      ...(HOLDFAST_SEED === undefined ? {} : { fuzz: { seed: HOLDFAST_SEED } }),
      invariant: { runs: Number(HOLDFAST_RUNS), depth: Number(HOLDFAST_DEPTH), failOnRevert: true },
    },
  },
  typechain: { outDir: './node/chain/contracts' },
});

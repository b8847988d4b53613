import { createRequire } from 'node:module';
import toolbox from '@nomicfoundation/hardhat-toolbox-mocha-ethers';
import { defineConfig } from 'hardhat/config';

const solcPath = createRequire(import.meta.url).resolve('solc/soljson.js');
const settings = { optimizer: { enabled: true, runs: 200 }, evmVersion: 'cancun' };

export default defineConfig({
  plugins: [toolbox],
  paths: { sources: './contracts', tests: { solidity: './test/contracts', mocha: './test' } },
  solidity: { profiles: { default: { version: '0.8.37', path: solcPath, settings } }, splitTestsCompilation: true },
  test: { solidity: { fsPermissions: { readDirectory: ['./test/vectors'] } } },
  typechain: { outDir: './node/chain/contracts' },
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import hre from 'hardhat';
import type { Artifacts } from '../../deploy/artifacts.js';

const SOURCE = 'test/contracts/support/UncheckedMarket.sol';

/** Compiles the market without R9's check, which stands among the tests, unless that is done already. */
export const uncheckedMarket = async (): Promise<Artifacts['market']> => {
  const built = await hre.solidity.build([join(hre.config.paths.root, SOURCE)], { scope: 'tests', quiet: true });
  if (!hre.solidity.isSuccessfulBuildResult(built)) throw new Error(`${SOURCE} does not compile`);
  const path = join(await hre.solidity.getArtifactsDirectory('tests'), SOURCE, 'UncheckedMarket.json');
  return JSON.parse(await readFile(path, 'utf8')) as Artifacts['market'];
};

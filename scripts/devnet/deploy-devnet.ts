import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEther } from 'ethers';
import { bookText, type Book } from '../../node/app/book.js';
import { wei } from '../../node/core/units.js';
import { deployMarket } from '../deploy/deploy-market.js';
import { BLOCK_MILLISECONDS, DEVNET_PARAMETERS } from './chain-terms.js';
import type { Purse } from './purse.js';

/** A deployed market and the file that says where it is. */
export interface Deployment {
  readonly book: Book;
  readonly path: string;
}

const SUPPLY = wei(parseEther('1000000000'));
const FAUCET = wei(parseEther('1000'));

/** Deploys a token and a market with the devnet's parameters, and writes their book into `folder`. */
export const deployDevnet = async (folder: string, { wallet, chainId }: Purse): Promise<Deployment> => {
  const addresses = await deployMarket({
    signer: wallet,
    parameters: DEVNET_PARAMETERS,
    token: { holder: wallet.address, supply: SUPPLY, faucetAmount: FAUCET },
  });
  const book: Book = {
    version: 1,
    network: 'devnet',
    chainId: BigInt(chainId),
    family: 'ethereum',
    blockMilliseconds: BLOCK_MILLISECONDS,
    ...addresses,
  };
  const path = join(folder, 'book.json');
  await writeFile(path, bookText(book));
  return { book, path };
};

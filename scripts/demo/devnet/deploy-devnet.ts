import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BaseWallet } from 'ethers';
import { readBook, type Book } from '../../../node/app/book/book.js';
import { createKeystore } from '../../../node/app/keys/keystore.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import { startGuarded } from './guarded-process.js';
import { SCRYPT_COST } from './person.js';

/** A deployed market and the file that says where it is. */
export interface Deployment {
  readonly book: Book;
  readonly path: string;
}

const ROOT = join(import.meta.dirname, '../../..');
const { PATH, NODE_COMPILE_CACHE } = process.env;

/**
 * Deploys a token and a market on the chain at `rpc` as anybody does, with `npm run deploy`: from a home of the deployer's own
 * in `folder`, where the book is written as well.
 */
export const deployDevnet = async (folder: string, rpc: string, deployer: BaseWallet): Promise<Deployment> => {
  const home = join(folder, 'deployer');
  const passwordFile = join(folder, 'deployer.password');
  const log = join(folder, 'deployer.log');
  const path = join(folder, 'book.json');
  const password = randomBytes(16).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  await createKeystore({ folder: join(home, 'keys'), scryptCost: SCRYPT_COST }).create('wallet', password, fromHex(deployer.privateKey));
  const child = await startGuarded({
    name: 'npm run deploy',
    command: process.execPath,
    args: [
      ...['--conditions=holdfast-source', '--import', 'tsx', join(ROOT, 'scripts/deploy.ts')],
      ...['--network', 'localhost', '--rpc', rpc, '--home', home, '--password-file', passwordFile, '--out', path],
    ],
    env: { PATH, NODE_COMPILE_CACHE, HOME: home },
    log,
  });
  const { code, signal } = await child.ended;
  if (code !== 0) throw new Error(`the deployment ended with ${code ?? signal}:\n${await readFile(log, 'utf8')}`);
  return { book: await readBook(path), path };
};

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JsonRpcProvider, Wallet } from 'ethers';
import { createKeystore } from '../../node/app/keys/keystore.js';
import { toHex } from '../../node/core/data/bytes.js';
import { readCommand } from '../../scripts/deploy/options.js';
import { runDeploy, type DeployReport } from '../../scripts/deploy/run-deploy.js';
import { rpcTo } from '../support/rpc/anvil.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

/** Somebody with a funded key in a home of their own, who deploys. */
export interface Deployer extends AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  readonly passwordFile: string;
  /** Where the book goes. */
  readonly out: string;
  readonly account: string;
  /** The words of the command line, as for `npm run deploy`. */
  args(rpc: string, ...more: readonly string[]): readonly string[];
  /** Runs the deployment in this process. */
  deploy(rpc: string, ...more: readonly string[]): Promise<DeployReport>;
  /** Uses the account for something else. */
  meddle(): Promise<void>;
}

const PASSWORD = 'a password';

/** A deployer with `coin` wei on the test chain at `rpc`. */
export const createDeployer = async (rpc: string, coin = 10n ** 18n): Promise<Deployer> => {
  const { path: folder, remove } = await temporaryDirectory();
  const key = randomBytes(32);
  const home = join(folder, 'home');
  const passwordFile = join(folder, 'password');
  const out = join(folder, 'books', 'book.json');
  await writeFile(passwordFile, `${PASSWORD}\n`);
  const account = await createKeystore({ folder: join(home, 'keys'), scryptCost: 1_024 }).create('wallet', PASSWORD, key);
  await rpcTo(rpc)('anvil_setBalance', account, `0x${coin.toString(16)}`);
  const args: Deployer['args'] = (url, ...more) => [
    ...(more.includes('--parameters') || more.includes('--network') ? [] : ['--network', 'localhost']),
    ...['--rpc', url, '--home', home, '--out', out, '--patience', '0', ...more],
  ];
  return {
    folder,
    home,
    passwordFile,
    out,
    account,
    args,
    deploy: async (url, ...more) => {
      const command = readCommand(args(url, ...more));
      if (command === undefined) throw new Error('help was asked for');
      const said: string[] = [];
      return runDeploy(command, {
        signal: AbortSignal.timeout(55_000),
        say: (line) => void said.push(line),
        password: async () => PASSWORD,
      });
    },
    meddle: async () => {
      const provider = new JsonRpcProvider(rpc, undefined, { cacheTimeout: -1, pollingInterval: 50 });
      const wallet = new Wallet(toHex(key), provider);
      await (await wallet.sendTransaction({ to: wallet.address, value: 1n })).wait();
      provider.destroy();
    },
    [Symbol.asyncDispose]: remove,
  };
};

/** Writes a file that describes the network of a test chain. */
export const writeParameters = async (path: string, terms: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const defaults = { name: 'a test chain', chainId: '777', family: 'ethereum', blockMilliseconds: 500, confirmations: 0 };
  const token = { supply: '1000', faucet: '1' };
  await writeFile(path, JSON.stringify({ ...defaults, token, parameters: { periodBlocks: 40, windowBlocks: 20 }, ...terms }));
  return path;
};

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseEther, Wallet } from 'ethers';
import { format, resolveConfig } from 'prettier';
import { startJsonRpcProxy } from '../../../demo/devnet/json-rpc-proxy.js';
import { installPacked } from '../../../demo/devnet/packed-program.js';
import { openPurse } from '../../../demo/devnet/purse.js';
import { startChain } from '../../../demo/devnet/start-chain.js';
import { gasByKind } from './costs.js';
import { testnetPage } from './page.js';
import { tellStory } from './story.js';
import { createTranscript } from './transcript.js';

/** Where the page lies, from the root. */
export const TESTNET_PAGE = 'docs/testnet.md';

/** Coin that everybody gets from the faucet. */
const COIN = parseEther('2');

/** Runs everything that the page shows, on a chain of its own, and writes the page. Some minutes. */
export const writeTestnetPage = async (root: string, signal: AbortSignal): Promise<void> => {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-testnet-'));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  const owner = Wallet.createRandom();
  const chain = await startChain(folder, owner.address, 'anvil');
  opened.defer(async () => void (await chain.process.stop()));
  const other = await startJsonRpcProxy(chain.control);
  opened.defer(() => other.close());
  const purse = opened.use(openPurse(chain.rpc, chain.chainId, owner));

  const program = await installPacked(join(folder, 'package'), signal);
  const path = [dirname(program), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
  const env = { PATH: path, HOME: folder, TERM: 'dumb' };
  const aliases = new Map([
    [chain.rpc, 'http://127.0.0.1:8545'],
    [other.url, 'http://127.0.0.1:9545'],
    [root, '.'],
    [folder, '..'],
  ]);
  const told = await tellStory({
    transcript: createTranscript({ folder, env, aliases, signal }),
    folder,
    root,
    rpcs: [chain.rpc, other.url],
    fund: async (account) => void (await (await purse.wallet.sendTransaction({ to: account, value: COIN })).wait()),
    program,
    env,
    signal,
  });
  const text = testnetPage(told, await gasByKind(purse.provider));
  const options = await resolveConfig(join(root, TESTNET_PAGE));
  await writeFile(join(root, TESTNET_PAGE), await format(text, { ...options, plugins: [], parser: 'markdown' }));
};

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createCrowdedMarket } from './crowded-market.js';
import type { ChoiceFigures, RenterFigures, RenterTask } from './renter.js';

export interface DiscoveryOptions {
  readonly providers: number;
  /** Added to every answer of the RPC. */
  readonly latencyMilliseconds: number;
}

/** What `npm run bench -- discovery` measures: six providers chosen for a file of 1 GiB. */
export interface DiscoveryFigures extends DiscoveryOptions {
  /** In a folder that is empty: everything is read. */
  readonly firstSync: ChoiceFigures;
  /** In the same process, right after it. */
  readonly again: ChoiceFigures;
  /** In the next process, 20 changed asks and 201 blocks later. */
  readonly nextProcess: ChoiceFigures;
  /** Bytes of the file that the registry is kept in. */
  readonly cacheBytes: number;
}

const CHANGED_ASKS = 20;
const run = promisify(execFile);

const runRenter = async (task: RenterTask): Promise<RenterFigures> => {
  const script = ['--conditions=holdfast-source', '--import', 'tsx', join(import.meta.dirname, 'renter.ts')];
  const { stdout } = await run(process.execPath, [...script, JSON.stringify(task)]);
  return JSON.parse(stdout) as RenterFigures;
};

/** Size of the only file below `folder`. */
const cacheSize = async (folder: string): Promise<number> => {
  const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('providers.json'));
  if (files.length !== 1) throw new Error(`${files.length} files keep the registry, and one is expected`);
  return (await stat(join(folder, files[0] ?? ''))).size;
};

/** Registers providers on a local chain and lets renters choose among them, each in a process of its own. */
export const measureDiscovery = async (options: DiscoveryOptions, say: (line: string) => void): Promise<DiscoveryFigures> => {
  const { providers, latencyMilliseconds } = options;
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-discovery-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const market = stack.use(await createCrowdedMarket(providers, folder));
  say(`${providers} providers are registered`);
  const directory = join(folder, 'renter');
  const task: RenterTask = { rpcUrl: market.rpcUrl, book: market.book, directory, latencyMilliseconds };
  const { first: firstSync, second: again, chosen } = await runRenter(task);
  say(`first sync ${JSON.stringify(firstSync)}, again ${JSON.stringify(again)}; chosen: ${chosen.join(', ')}`);
  if (chosen.length !== 6) throw new Error(`${chosen.length} providers were chosen, and six are wanted`);
  await market.changeAsks(Math.min(CHANGED_ASKS, providers));
  const { first: nextProcess } = await runRenter(task);
  say(`next process ${JSON.stringify(nextProcess)}`);
  return { ...options, firstSync, again, nextProcess, cacheBytes: await cacheSize(directory) };
};

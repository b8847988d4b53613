import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../../../../node/app/ledger/session.js';
import { loadSettings, type Settings } from '../../../../node/app/settings/config.js';
import { wei } from '../../../../node/core/units.js';
import { createAnvilMarket, type AnvilMarket } from '../anvil-market.js';

const BLOCKS = 10_000;
const BLOCKS_BETWEEN_EVENTS = 500;

/** What `npm run bench -- ledger` measures, on a chain of 10,000 blocks with an event of ours in every 500th. */
export interface LedgerFigures {
  readonly blocks: number;
  /** Headers fetched, hashed and linked in a second, the first time. */
  readonly headersPerSecond: number;
  /** The same by this process's own time on the processor, whatever else the machine does. */
  readonly headersPerCpuSecond: number;
  readonly firstMilliseconds: number;
  /** The same again, when everything is cached. */
  readonly againMilliseconds: number;
}

const makeHistory = async ({ contracts: { token, vault }, provider, owner }: AnvilMarket): Promise<void> => {
  for (let block = 0; block < BLOCKS; block += BLOCKS_BETWEEN_EVENTS) {
    await (await token.connect(owner).transfer(vault, 1n)).wait();
    await provider.send('anvil_mine', [`0x${(BLOCKS_BETWEEN_EVENTS - 1).toString(16)}`]);
  }
};

const verify = async (settings: Settings): Promise<{ readonly headers: number; readonly milliseconds: number; readonly cpu: number }> => {
  const since = performance.now();
  const before = process.cpuUsage();
  const ledger = await openLedger({ settings, verify: true, signal: new AbortController().signal });
  for await (const news of ledger.news({ start: {}, follow: false })) void news;
  const headers = ledger.verification()?.counts.headers ?? 0;
  const { user, system } = process.cpuUsage(before);
  return { headers, milliseconds: Math.round(performance.now() - since), cpu: (user + system) / 1_000 };
};

/** Verifies a long history twice, against anvil on this machine. */
export const measureLedger = async (say: (line: string) => void): Promise<LedgerFigures> => {
  await using stack = new AsyncDisposableStack();
  const home = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  stack.defer(() => rm(home, { recursive: true, force: true }));
  const market = stack.use(await createAnvilMarket({ folder: home, network: 'devnet', supply: wei(10n ** 27n) }));
  say(`mining ${BLOCKS} blocks`);
  await makeHistory(market);
  const { rpcUrl: url, book } = market;
  const settings = await loadSettings({ home, rpc: `${url},${url.replace('127.0.0.1', 'localhost')}`, book }, {});
  say('verifying them, twice');
  const first = await verify(settings);
  const again = await verify(settings);
  const perSecond = (milliseconds: number): number => Math.round((1_000 * first.headers) / milliseconds);
  return {
    blocks: first.headers,
    headersPerSecond: perSecond(first.milliseconds),
    headersPerCpuSecond: perSecond(first.cpu),
    firstMilliseconds: first.milliseconds,
    againMilliseconds: again.milliseconds,
  };
};

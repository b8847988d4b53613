import { JsonRpcProvider, NonceManager, Wallet } from 'ethers';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bookText } from '../../../../node/app/book/book.js';
import { loadSettings, type Settings } from '../../../../node/app/settings/config.js';
import { openLedger } from '../../../../node/app/ledger/session.js';
import { IHoldToken__factory } from '../../../../node/chain/contracts/factories/interfaces/IHoldToken__factory.js';
import { wei } from '../../../../node/core/units.js';
import { deployMarket } from '../../../deploy/deploy-market.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { startGuarded } from '../../../demo/devnet/guarded-process.js';

/** First account of anvil's own mnemonic: its key is public. */
const KEY = '0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80';
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

const anvilBinary = (): string => {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const wrapper = createRequire(import.meta.url).resolve('@foundry-rs/anvil/package.json');
  return join(wrapper, `../../anvil-${process.platform}-${arch}/bin/anvil`);
};

const makeHistory = async (url: string, home: string): Promise<Settings> => {
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  try {
    const signer = new NonceManager(new Wallet(KEY, provider));
    const token = { holder: await signer.getAddress(), supply: wei(10n ** 27n), faucetAmount: wei(0n) };
    const addresses = await deployMarket({ signer, parameters: parametersOf('devnet').parameters, token });
    const hold = IHoldToken__factory.connect(addresses.token, signer);
    for (let block = 0; block < BLOCKS; block += BLOCKS_BETWEEN_EVENTS) {
      await (await hold.transfer(addresses.vault, 1n)).wait();
      await provider.send('anvil_mine', [`0x${(BLOCKS_BETWEEN_EVENTS - 1).toString(16)}`]);
    }
    const { chainId } = await provider.getNetwork();
    const book = join(home, 'book.json');
    const facts = { version: 1, network: 'bench', family: 'ethereum', blockMilliseconds: 1_000 } as const;
    await writeFile(book, bookText({ ...facts, chainId, ...addresses }));
    return await loadSettings({ home, rpc: `${url},${url.replace('127.0.0.1', 'localhost')}`, book }, {});
  } finally {
    provider.destroy();
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
  const home = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const anvil = await startGuarded({ name: 'anvil', command: anvilBinary(), args: ['--port', '0'], log: join(home, 'anvil.log') });
  try {
    const [, port] = await anvil.line(/Listening on 127\.0\.0\.1:(\d+)/);
    say(`mining ${BLOCKS} blocks`);
    const settings = await makeHistory(`http://127.0.0.1:${port}`, home);
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
  } finally {
    await anvil.stop();
    await rm(home, { recursive: true, force: true });
  }
};

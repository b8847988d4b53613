import { createWorkerSlabCoder } from '../../../../node/app/workers/slab-coder.js';
import { createKeySigner } from '../../../../node/core/keys/signing.js';
import { fromHex } from '../../../../node/core/data/bytes.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import { leaves, wei } from '../../../../node/core/units.js';
import type { Log } from '../../../../node/ports/world.js';
import { systemClock } from '../../../../node/app/clock.js';
import { createRenter } from '../../../../node/renter/renter.js';
import { createMemoryCatalogue } from '../../../../node/storage/catalogue.js';
import { createMemoryDialer } from '../../../../node/transport/memory-link.js';
import { createMemoryLedger } from '../../../../test/support/memory-market/settlement.js';
import { actor, hashOf } from '../../../../test/support/worlds/actors.js';
import { createForgetfulProvider } from './forgetful-provider.js';

const MIB = 1 << 20;
const TOKEN = 10n ** 18n;

/** What `npm run bench -- large-put` measures: memory of a renter and of its providers, all in one process. */
export interface LargePutFigures {
  readonly k: number;
  readonly n: number;
  readonly puts: readonly {
    readonly bytes: number;
    readonly slabs: number;
    readonly seconds: number;
    /** Most MiB of the process that were resident at once, and those before the put. */
    readonly residentMebibytes: number;
    readonly residentBefore: number;
  }[];
}

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, alarm: () => undefined };

/** Providers at one wei for a GiB: what they hold weighs one unit, and more of it locks no more. */
const createMarket = async (n: number) => {
  const ledger = createMemoryLedger({ parameters: { periodBlocks: 10_000_000 } });
  const services = new Map<string, ReturnType<typeof createForgetfulProvider>>();
  for (const name of Array.from({ length: n }, (_, index) => `provider ${index}`)) {
    const [owner, operator] = [actor(name), actor(`${name} operator`)];
    for (const { address } of [owner, operator]) ledger.fund(address, 10_000n * TOKEN);
    const chain = ledger.as(owner.address);
    const ask = { price: wei(1n), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(2 ** 39), maxPeriods: 1_000 };
    const lockLimit = wei(1_000n * TOKEN);
    await chain.submit({ kind: 'register', operator: operator.address, peerId: name, addresses: ['/memory/0'], ask, lockLimit });
    await chain.submit({ kind: 'stake', provider: owner.address, amount: wei(1_000n * TOKEN) });
    services.set(name, createForgetfulProvider(ledger, owner.address, operator));
  }
  return { ledger, services };
};

/** The most that is resident while `work` runs, MiB. */
const watchMemory = async (work: () => Promise<void>): Promise<number> => {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() / MIB)), 20);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.round(most);
};

/** Puts files of nothing but zeros, as long as given, k of n over a memory transport to providers that keep nothing. */
export const measureLargePuts = async (
  sizes: readonly number[],
  say: (line: string) => void,
  { k = 4, n = 6 }: { readonly k?: number; readonly n?: number } = {},
): Promise<LargePutFigures> => {
  const { ledger, services } = await createMarket(n);
  const coder = createWorkerSlabCoder();
  const alice = actor('alice');
  ledger.fund(alice.address, 1_000_000n * TOKEN);
  const renter = createRenter({
    settlement: ledger.as(alice.address),
    dialer: createMemoryDialer((peerId) => services.get(peerId)),
    catalogue: createMemoryCatalogue(ledger.identity),
    coder,
    signer: createKeySigner(hashOf('alice session')),
    master: fromHex(hashOf('alice master')),
    clock: systemClock,
    log: silent,
    metrics: noMetrics,
    blockMilliseconds: 500,
  });
  const mining = setInterval(() => ledger.mine(), 50);
  const puts: LargePutFigures['puts'][number][] = [];
  // One deal at each provider takes all files: what it holds weighs the same then, and nobody has to prove.
  const room = sizes.reduce((sum, bytes) => sum + bytes, 0);
  try {
    for (const bytes of sizes) {
      const residentBefore = Math.round(process.memoryUsage.rss() / MIB);
      const since = performance.now();
      const source = { length: bytes, read: async (offset: number, length: number) => new Uint8Array(Math.min(length, bytes - offset)) };
      let slabs = 0;
      const residentMebibytes = await watchMemory(async () => {
        const { object } = await renter.put({ name: `zeros ${bytes}`, source, k, n, periods: 20, room });
        slabs = object.slabs;
      });
      const seconds = (performance.now() - since) / 1_000;
      puts.push({ bytes, slabs, seconds, residentMebibytes, residentBefore });
      say(`${bytes / 2 ** 30} GiB in ${seconds.toFixed(1)} s, ${residentMebibytes} MiB resident at most`);
    }
  } finally {
    clearInterval(mining);
    await renter.close();
    await coder.close();
  }
  return { k, n, puts };
};

import { createWorkerSlabCoder } from '../../../../node/app/workers/slab-coder.js';
import { createRenter } from '../../../../node/renter/renter.js';
import { createMemoryCatalogue } from '../../../../node/storage/catalogue.js';
import { createMemoryDialer } from '../../../../node/transport/memory-link.js';
import { createStillMarket } from '../still-market.js';
import { createForgetfulProvider } from './forgetful-provider.js';

const MIB = 1 << 20;

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

/** A market with n providers that keep nothing. */
const createMarket = async (n: number) => {
  const market = createStillMarket();
  const services = new Map<string, ReturnType<typeof createForgetfulProvider>>();
  for (const name of Array.from({ length: n }, (_, index) => `provider ${index}`)) {
    const { provider, operator } = await market.join(name, name, ['/memory/0']);
    services.set(name, createForgetfulProvider(market.ledger, provider, operator));
  }
  return { market, services };
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
  const { market, services } = await createMarket(n);
  const coder = createWorkerSlabCoder();
  const renter = createRenter({
    ...market.alice,
    dialer: createMemoryDialer((peerId) => services.get(peerId)),
    catalogue: createMemoryCatalogue(market.ledger.identity),
    coder,
  });
  using _mining = market.mine();
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
    await renter.close();
    await coder.close();
  }
  return { k, n, puts };
};

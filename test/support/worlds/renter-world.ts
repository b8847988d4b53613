import { createHash } from 'node:crypto';
import { createErasure } from '../../../node/core/data/erasure.js';
import { createSlabCoder, createSlabRooms, type SlabRooms } from '../../../node/core/data/slab-coder.js';
import { createSlabWork } from '../../../node/core/data/slab-work.js';
import { createKeySigner } from '../../../node/core/keys/signing.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import type { Address } from '../../../node/core/units.js';
import type { ProviderService } from '../../../node/ports/link.js';
import type { Settlement } from '../../../node/ports/settlement.js';
import type { Catalogue } from '../../../node/ports/catalogue.js';
import type { ByteSink, ByteSource, Clock, Signer, SlabCoder } from '../../../node/ports/world.js';
import type { RenterLimits } from '../../../node/renter/limits.js';
import { createGuest, type Guest } from '../../../node/renter/sharing/guest.js';
import type { ShareLink } from '../../../node/core/keys/share-link.js';
import { createRenter, type Renter } from '../../../node/renter/renter.js';
import { createMemoryCatalogue } from '../../../node/storage/catalogue.js';
import { createMemoryDialer } from '../../../node/transport/memory-link.js';
import { actor, hashOf } from './actors.js';
import { createMemoryLedger, type MemoryLedger } from '../memory-market/settlement.js';
import { createProviderWorld, settle, TOKEN, type ProviderWorld, type ProviderWorldOptions } from './provider-world.js';
import { createRecordedLog, type RecordedLog } from '../recorded-log.js';
import { createRecordedMetrics, type RecordedMetrics } from '../recorded-metrics.js';

/** Bytes in memory to read from. */
export const sourceOf = (bytes: Uint8Array): ByteSource => ({
  length: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
  origin: async () => createHash('sha256').update(bytes).digest('hex'),
});

/** A sink that shows what became of it. */
export interface RecordedSink extends ByteSink {
  readonly bytes: Uint8Array;
  readonly state: 'open' | 'finished' | 'abandoned';
}

export const createRecordedSink = (): RecordedSink => {
  const parts: Uint8Array[] = [];
  let state: RecordedSink['state'] = 'open';
  return {
    get bytes() {
      return new Uint8Array(Buffer.concat(parts));
    },
    get state() {
      return state;
    },
    write: async (bytes) => void parts.push(bytes.slice()),
    finish: async () => void (state = 'finished'),
    abandon: async () => void (state = 'abandoned'),
  };
};

/** A clock for which every sleep is over at once. */
export const impatientClock: Clock = {
  now: () => 1_800_000_000_000,
  sleep: (_, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      setImmediate(resolve);
    }),
};

/** How a provider's answers are bent on their way to the renter. */
export type Bend = (service: ProviderService) => Partial<ProviderService>;

export interface RenterWorldOptions {
  /** Providers, by name. Default: seven. */
  readonly names?: readonly string[];
  readonly provider?: (name: string) => Partial<ProviderWorldOptions>;
  /** Unless they say otherwise, the catalogue is not kept in the deals, so that these hold what was put and nothing else. */
  readonly limits?: Partial<RenterLimits>;
  /** For how long a provider may say nothing, milliseconds; whole sectors are coded, sent and hashed by one event loop here. Default: 200. */
  readonly silence?: number;
  /** Token wei that Alice has. */
  readonly tokens?: bigint;
  /** Hears what every slab was coded of and what it came to. */
  readonly onCoded?: (job: Parameters<SlabCoder['encode']>, slab: Awaited<ReturnType<SlabCoder['encode']>>) => void;
  /** What Alice's clock shows, milliseconds since 1970; every sleep of hers is over at once. */
  readonly now?: () => number;
  /** When the chain's blocks are made, where that is not twelve seconds after the other. */
  readonly chainNow?: () => number;
}

/** Alice, some providers, and the chain between them, all in memory. */
export interface RenterWorld {
  readonly ledger: MemoryLedger;
  readonly providers: ReadonlyMap<string, ProviderWorld>;
  readonly catalogue: Catalogue;
  readonly log: RecordedLog;
  readonly metrics: RecordedMetrics;
  readonly chain: Settlement;
  /** What Alice has sent to the chain. */
  readonly sent: readonly string[];
  readonly renter: Renter;
  /** Where her slabs are worked on. */
  readonly rooms: SlabRooms;
  /** Slabs that were coded so far. */
  coded(): number;
  /** The same keys with another catalogue, settlement, signer, account or limits. */
  another(change?: {
    readonly catalogue?: Catalogue;
    readonly settlement?: Settlement;
    readonly name?: string;
    readonly signer?: Signer;
    readonly renter?: Address;
    readonly clock?: Clock;
    readonly limits?: Partial<RenterLimits>;
  }): Renter;
  /** Whoever has a link of hers, with no wallet and an empty memory. */
  guest(link: ShareLink): Guest;
  /** Alice's session keys without her wallet: its account pays, and has so many tokens, in wei. */
  session(tokens: bigint): Renter;
  /** Bends what a provider answers from now on; without `bend` it is itself again. */
  bend(name: string, bend?: Bend): void;
  /** From now on nothing comes back from the provider, and it does nothing. */
  silence(name: string): void;
  addressOf(name: string): Address;
  nameOf(provider: Address): string;
  /** Lets providers live, block by block, until `task` is over. */
  during<Result>(task: Promise<Result>): Promise<Result>;
  /** Lets providers live, block by block, up to block `offset` of `period`. */
  liveTo(period: number, offset: number): Promise<void>;
}

export const providerNames = ['bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi'] as const;

/** What a renter does with the chain, seen from outside. */
interface Watched {
  readonly sent: string[];
  /** How many wait for the next block, with nothing else to do. */
  waiting: number;
}

const watch = (settlement: Settlement, watched: Watched): Settlement => ({
  ...settlement,
  submit: async (action, options) => {
    const receipt = await settlement.submit(action, options);
    watched.sent.push(action.kind);
    return receipt;
  },
  async *heads(signal) {
    const heads = settlement.heads(signal)[Symbol.asyncIterator]();
    for (;;) {
      watched.waiting += 1;
      const next = await heads.next().finally(() => (watched.waiting -= 1));
      if (next.done) return;
      yield next.value;
    }
  },
});

const never = <Result>(): Promise<Result> => new Promise(() => undefined);

export const createRenterWorld = async (options: RenterWorldOptions = {}): Promise<RenterWorld> => {
  const { names = providerNames, provider = () => ({}), tokens = 100_000n * TOKEN, silence = 200 } = options;
  const ledger = createMemoryLedger({ now: options.chainNow });
  const providers = new Map<string, ProviderWorld>();
  for (const name of names) providers.set(name, await createProviderWorld({ name, ledger, ...provider(name) }));
  const bends = new Map<string, Bend>();
  const silent = new Set<string>();

  const serviceOf = (name: string): ProviderService | undefined => {
    const world = providers.get(name);
    if (!world) return undefined;
    const { service } = world.provider;
    const bent = (): ProviderService => ({ ...service, ...bends.get(name)?.(service) });
    const call =
      <Arguments extends unknown[], Result>(verb: (service: ProviderService) => (...rest: Arguments) => Promise<Result>) =>
      (...rest: Arguments): Promise<Result> =>
        silent.has(name) ? never() : verb(bent())(...rest);
    return {
      terms: call(({ terms }) => terms),
      authorize: call(({ authorize }) => authorize),
      admitSector: call(({ admitSector }) => admitSector),
      storeSector: call(({ storeSector }) => storeSector),
      signRevision: call(({ signRevision }) => signRevision),
      readLeaves: call(({ readLeaves }) => readLeaves),
      egress: call(({ egress }) => egress),
      listSectors: call(({ listSectors }) => listSectors),
      lostSectors: call(({ lostSectors }) => lostSectors),
    };
  };
  const services = new Map(names.map((name) => [`${name} peer`, serviceOf(name)]));

  const step = async (): Promise<void> => {
    const { signal } = new AbortController();
    const awake = [...providers].filter(([name]) => !silent.has(name));
    await Promise.all(awake.map(([, { provider: daemon }]) => daemon.step(signal)));
    await settle();
  };

  const alice = actor('alice');
  ledger.fund(alice.address, tokens);
  const watched: Watched = { sent: [], waiting: 0 };
  const chain = watch(ledger.as(alice.address), watched);
  const catalogue = createMemoryCatalogue(ledger.identity);
  const log = createRecordedLog();
  const metrics = createRecordedMetrics();
  const rooms = createSlabRooms();
  let coded = 0;
  const createCoder = (): SlabCoder => {
    const coder = createSlabCoder(createSlabWork(createErasure()), rooms);
    return {
      ...coder,
      encode: async (...job) => {
        const slab = await coder.encode(...job);
        coded += 1;
        options.onCoded?.(job, slab);
        return slab;
      },
    };
  };
  const dialerOf = (name: string) =>
    createMemoryDialer((peerId) => services.get(peerId), {
      peer: `${name} peer`,
      limits: { silenceMilliseconds: silence, frameMilliseconds: silence, dialMilliseconds: silence },
    });
  const clockNow: Clock = { ...impatientClock, ...(options.now && { now: options.now }) };
  const another: RenterWorld['another'] = ({
    catalogue: kept = catalogue,
    settlement = chain,
    name = 'alice',
    signer = createKeySigner(hashOf(`${name} session`)),
    renter = settlement.account,
    clock = clockNow,
    limits = {},
  } = {}) =>
    createRenter(
      {
        settlement,
        renter,
        dialer: dialerOf(name),
        catalogue: kept,
        coder: createCoder(),
        signer,
        master: fromHex(hashOf(`${name} master`)),
        clock,
        log,
        metrics,
        blockMilliseconds: 500,
      },
      { pageLeaves: 0, ...options.limits, ...limits },
    );

  return {
    ledger,
    providers,
    catalogue,
    log,
    metrics,
    chain,
    sent: watched.sent,
    renter: another(),
    rooms,
    coded: () => coded,
    another,
    guest: (link) =>
      createGuest(
        {
          settlement: ledger.as(actor('guest').address),
          dialer: dialerOf('guest'),
          catalogue: createMemoryCatalogue(ledger.identity),
          coder: createCoder(),
          clock: clockNow,
          log,
          metrics,
          blockMilliseconds: 500,
        },
        link,
        options.limits,
      ),
    session: (purse) => {
      const { address } = actor('alice session');
      ledger.fund(address, purse);
      return another({ settlement: watch(ledger.as(address), watched), renter: alice.address });
    },
    bend: (name, bend) => void (bend ? bends.set(name, bend) : bends.delete(name)),
    silence: (name) => void silent.add(name),
    addressOf: (name) => actor(name).address,
    nameOf: (address) => names.find((name) => actor(name).address === address) ?? address,
    during: async (task) => {
      let over = false;
      const end = (): void => void (over = true);
      task.then(end, end);
      while (!over) {
        await step();
        await settle();
        if (!over && watched.waiting > 0) ledger.mine();
      }
      return task;
    },
    liveTo: async (period, offset) => {
      while (ledger.period < period || (ledger.period === period && ledger.offset < offset)) {
        await step();
        if (ledger.period < period || ledger.offset < offset) ledger.mine();
      }
      await step();
    },
  };
};

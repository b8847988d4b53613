import type { Ask } from '../../../node/core/market/deal.js';
import type { KeySigner } from '../../../node/core/keys/signing.js';
import { leaves, type Address, type Leaves, type Wei } from '../../../node/core/units.js';
import type { Settlement } from '../../../node/ports/settlement.js';
import type { ProviderJournal } from '../../../node/ports/journal.js';
import type { SectorStore } from '../../../node/ports/sector-store.js';
import type { Presence } from '../../../node/provider/standing/publisher.js';
import type { ProviderPolicy } from '../../../node/provider/policy.js';
import type { Signer } from '../../../node/ports/world.js';
import { createProvider, type Provider } from '../../../node/provider/provider.js';
import { createMemoryJournal } from '../../../node/storage/journal.js';
import { createMemorySectors } from '../../../node/storage/memory-sectors.js';
import { actor } from './actors.js';
import { createManualClock, type ManualClock } from '../manual-clock.js';
import { createMemoryLedger, type MemoryLedger, type MemoryLedgerOptions } from '../memory-market/settlement.js';
import { createRecordedLog, type RecordedLog } from '../recorded-log.js';
import { createRecordedMetrics, type RecordedMetrics } from '../recorded-metrics.js';

export const TOKEN = 10n ** 18n;
/** Wei per GiB-period: 100 leaves cost about 3 units of collateral. */
export const PRICE = (100n * TOKEN) as Wei;

export interface ProviderWorldOptions extends MemoryLedgerOptions {
  readonly name?: string;
  readonly ledger?: MemoryLedger;
  readonly ask?: Partial<Ask>;
  readonly policy?: Partial<ProviderPolicy>;
  /** Token wei. */
  readonly stake?: bigint;
  /** Token wei. Default: beyond any stake. */
  readonly lockLimit?: bigint;
  readonly store?: SectorStore;
  readonly journal?: ProviderJournal;
  /** What the provider gets in the place of its chain client and its key. */
  readonly wrapSettlement?: (settlement: Settlement) => Settlement;
  /** Default: nobody is told where it is. */
  readonly presence?: Presence;
  readonly wrapSigner?: (signer: Signer) => Signer;
}

/** A provider with memory twins around it, registered and staked. */
export interface ProviderWorld {
  readonly ledger: MemoryLedger;
  readonly owner: KeySigner;
  readonly operator: KeySigner;
  readonly address: Address;
  /** Acts as the owner. */
  readonly ownerChain: Settlement;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly clock: ManualClock;
  readonly log: RecordedLog;
  readonly metrics: RecordedMetrics;
  readonly provider: Provider;
  /** The same stores under a provider that has just started. */
  restart(): Provider;
}

/** Lets whatever was started in the background come to rest. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** Mines block by block up to `offset` of `period`, the provider stepping in each, and what it sends being mined at once. */
export const liveTo = async (ledger: MemoryLedger, provider: Provider, period: number, offset: number): Promise<void> => {
  const { signal } = new AbortController();
  while (ledger.period < period || (ledger.period === period && ledger.offset < offset)) {
    await provider.step(signal);
    await settle();
    if (ledger.period < period || ledger.offset < offset) ledger.mine();
  }
  await provider.step(signal);
  await settle();
};

export const createProviderWorld = async (options: ProviderWorldOptions = {}): Promise<ProviderWorld> => {
  const { name = 'bob' } = options;
  const ledger = options.ledger ?? createMemoryLedger(options);
  const [owner, operator] = [actor(name), actor(`${name} operator`)];
  for (const { address } of [owner, operator]) ledger.fund(address, 10_000n * TOKEN);
  const ownerChain = ledger.as(owner.address);
  const ask: Ask = {
    price: PRICE,
    egressPrice: 0n as Wei,
    minLeaves: leaves(1),
    maxLeaves: leaves(1 << 20),
    maxPeriods: 1000,
    ...options.ask,
  };
  const amount = (options.stake ?? 1_000n * TOKEN) as Wei;
  await ownerChain.submit({
    kind: 'register',
    operator: operator.address,
    peerId: `${name} peer`,
    addresses: [`/memory/${name}`],
    ask,
    lockLimit: (options.lockLimit ?? 1_000_000n * TOKEN) as Wei,
  });
  if (amount > 0n) await ownerChain.submit({ kind: 'stake', provider: owner.address, amount });
  const store = options.store ?? createMemorySectors();
  const journal = options.journal ?? (await createMemoryJournal(ledger.identity));
  const [clock, log, metrics] = [createManualClock(), createRecordedLog(), createRecordedMetrics()];
  const policy = { capacity: (1 << 20) as Leaves, confirmations: 6, ...options.policy };
  const { wrapSettlement = (same) => same, wrapSigner = (same) => same } = options;
  const start = (): Provider =>
    createProvider({
      provider: owner.address,
      settlement: wrapSettlement(ledger.as(operator.address)),
      store,
      journal,
      signer: wrapSigner(operator),
      clock,
      log,
      metrics,
      policy,
      ...(options.presence && { presence: options.presence }),
    });
  return {
    ledger,
    owner,
    operator,
    address: owner.address,
    ownerChain,
    store,
    journal,
    clock,
    log,
    metrics,
    provider: start(),
    restart: start,
  };
};

import { peerIdText } from '../../../../node/chain/market/peer-id-bytes.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import type { Ask } from '../../../../node/core/market/deal.js';
import { leaves, wei, type Address, type DealId } from '../../../../node/core/units.js';
import type { ProviderService } from '../../../../node/ports/link.js';
import type { ProviderJournal, SectorStore } from '../../../../node/ports/store.js';
import type { Log } from '../../../../node/ports/world.js';
import type { ProviderPolicy } from '../../../../node/provider/policy.js';
import { createProvider, type Provider } from '../../../../node/provider/provider.js';
import { createMemoryJournal } from '../../../../node/storage/journal.js';
import { createMemorySectors } from '../../../../node/storage/memory-sectors.js';
import type { Person } from '../chain/stage.js';
import type { World } from '../world/world.js';

/** Token wei that a leaf costs a period, and to be read; its weight is nine units. */
export const LEAF_RENT = 10n ** 15n;
export const LEAF_PRICE = wei(LEAF_RENT << 25n);

export const usualAsk: Ask = {
  price: LEAF_PRICE,
  egressPrice: LEAF_PRICE,
  minLeaves: leaves(2),
  maxLeaves: leaves(1 << 20),
  maxPeriods: 40,
};

/** Small limits, so that runs meet them; a redemption is worth its gas from a tenth of a token on, until it presses. */
const policy: Pick<ProviderPolicy, 'capacity'> & Partial<ProviderPolicy> = {
  capacity: leaves(1 << 16),
  minLeaves: leaves(2),
  maxPendingLeaves: leaves(1 << 17),
  maxUnposted: 5,
  maxDeals: 12,
  answerItems: 4,
  confirmations: 4,
  settleEvery: 3,
  egressCredit: 64,
  gasFactor: 10n ** 12n,
  claimEpochs: 3,
};

/** A provider's daemon, and what is its own. */
export interface ProviderParty {
  readonly person: Person;
  readonly address: Address;
  readonly peerId: string;
  readonly journal: ProviderJournal;
  readonly store: SectorStore;
  readonly provider: Provider;
  readonly service: ProviderService;
  /** How often journal and store were asked for a sector so far. */
  readonly work: number;
  /** Names of what the daemon raised alarms for. */
  readonly alarms: readonly string[];
}

/** A multihash that nobody's key has: the identity of one byte. */
export const peerIdOf = (number: number): string => peerIdText(`0x0001${number.toString(16).padStart(2, '0')}`);

const alarmsTo = (alarms: string[]): Log => {
  const ignore = (): void => undefined;
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    alarm: (event, facts) => void alarms.push(`${event} ${JSON.stringify(facts, plain)}`),
  };
};

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value instanceof Error ? `${value.name}: ${value.message}` : value;

/** Registers `person` and stakes, in blocks of their own. */
export const enrol = async (world: World, person: Person, number: number, terms: EnrolTerms): Promise<void> => {
  const { wallet, session } = person;
  const chain = world.stage.contracts;
  const { ask, stake, lockLimit } = terms;
  const peer = `0x0001${number.toString(16).padStart(2, '0')}`;
  const endpoint = `/memory/${person.name}`;
  await world.attempt(
    wallet.address,
    'register',
    chain.registry.register.populateTransaction(session.address, peer, endpoint, ask, lockLimit),
  );
  await world.attempt(wallet.address, 'stake', chain.market.stake.populateTransaction(wallet.address, stake));
};

export interface EnrolTerms {
  readonly ask: Ask;
  /** Token wei. */
  readonly stake: bigint;
  readonly lockLimit: bigint;
}

/** The whole daemon over memory, acting as the operator of `person`. */
export const createProviderParty = async (world: World, person: Person, number: number): Promise<ProviderParty> => {
  const { wallet, session } = person;
  const memory = createMemorySectors();
  const journal = await createMemoryJournal(world.reader.identity);
  const alarms: string[] = [];
  let work = 0;
  const store: SectorStore = {
    ...memory,
    get bytesUsed() {
      return memory.bytesUsed;
    },
    has: (root) => {
      work += 1;
      return memory.has(root);
    },
  };
  const counted: ProviderJournal = {
    ...journal,
    holds: (deal: DealId, root) => {
      work += 1;
      return journal.holds(deal, root);
    },
  };
  const provider = createProvider({
    provider: wallet.address,
    settlement: world.settlementOf(session.address),
    store,
    journal: counted,
    signer: session,
    clock: world.clock,
    log: alarmsTo(alarms),
    metrics: noMetrics,
    policy,
  });
  return {
    person,
    address: wallet.address,
    peerId: peerIdOf(number),
    journal,
    store,
    provider,
    service: provider.service,
    get work() {
      return work;
    },
    alarms,
  };
};

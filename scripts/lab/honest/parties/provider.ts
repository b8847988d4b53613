import { peerIdText } from '../../../../node/chain/market/peer-id-bytes.js';
import { noMetrics } from '../../../../node/core/metrics/no-metrics.js';
import type { Ask } from '../../../../node/core/market/deal.js';
import { leaves, wei, type Address } from '../../../../node/core/units.js';
import type { ProviderService } from '../../../../node/ports/link.js';
import type { ProviderJournal } from '../../../../node/ports/journal.js';
import type { SectorStore } from '../../../../node/ports/sector-store.js';
import type { ProviderPolicy } from '../../../../node/provider/policy.js';
import { createProvider, type Provider } from '../../../../node/provider/provider.js';
import { journalOn } from '../../../../node/storage/journal.js';
import { createMemoryRows } from '../../../../node/storage/rows/memory-rows.js';
import { createMemorySectors } from '../../../../node/storage/memory-sectors.js';
import type { Person } from '../chain/stage.js';
import type { World } from '../world/world.js';
import { alarmsOf, createLife, rowsOf, sectorsOf, settlementOf, type Life } from './life.js';

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
  /** Kills the daemon as it is and starts another over what it had written; what it had sent lies in the pool. */
  restart(): Promise<void>;
}

/** A multihash that nobody's key has: the identity of one byte. */
export const peerIdOf = (number: number): string => peerIdText(`0x0001${number.toString(16).padStart(2, '0')}`);

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

/** What one process of the daemon has of its own. */
interface Process {
  readonly life: Life;
  readonly journal: ProviderJournal;
  readonly provider: Provider;
}

/** The service of whatever process lives. */
const serviceOf = (service: () => ProviderService): ProviderService => ({
  terms: (...request) => service().terms(...request),
  authorize: (...request) => service().authorize(...request),
  admitSector: (...request) => service().admitSector(...request),
  storeSector: (...request) => service().storeSector(...request),
  signRevision: (...request) => service().signRevision(...request),
  readLeaves: (...request) => service().readLeaves(...request),
  egress: (...request) => service().egress(...request),
  listSectors: (...request) => service().listSectors(...request),
  lostSectors: (...request) => service().lostSectors(...request),
});

/** The whole daemon over memory, acting as the operator of `person`. */
export const createProviderParty = async (world: World, person: Person, number: number): Promise<ProviderParty> => {
  const { wallet, session } = person;
  const [rows, kept] = [createMemoryRows(), createMemorySectors()];
  const alarms: string[] = [];
  let work = 0;
  const onWork = (): void => void (work += 1);
  const begin = async (): Promise<Process> => {
    const life = createLife();
    const journal = await journalOn(rowsOf(life, rows), world.reader.identity);
    const counted: ProviderJournal = {
      ...journal,
      holds: (deal, root) => {
        onWork();
        return journal.holds(deal, root);
      },
    };
    const provider = createProvider({
      provider: wallet.address,
      settlement: settlementOf(life, world.settlementOf(session.address)),
      store: sectorsOf(life, kept, onWork),
      journal: counted,
      signer: session,
      clock: world.clock,
      log: alarmsOf(life, (alarm) => void alarms.push(alarm)),
      metrics: noMetrics,
      policy,
    });
    return { life, journal, provider };
  };
  let current = await begin();
  return {
    person,
    address: wallet.address,
    peerId: peerIdOf(number),
    get journal() {
      return current.journal;
    },
    store: kept,
    get provider() {
      return current.provider;
    },
    service: serviceOf(() => current.provider.service),
    get work() {
      return work;
    },
    alarms,
    restart: async () => {
      current.life.kill();
      current = await begin();
    },
  };
};

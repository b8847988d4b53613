import { address, leaves, period, signature, wei } from '../../node/core/units.js';
import type { Catalogue, ObjectRecord, RenterDeal, SlabRecord } from '../../node/ports/catalogue.js';
import type { PendingSector, ProviderEgress, ProviderJournal } from '../../node/ports/journal.js';
import { dealNamed, sectorNamed, signedRevision } from './sample-sectors.js';

/*
 * One row of every kind that journal and catalogue have. The stores under `fixtures/` were filled with it by the code that first
 * had these formats: whatever comes later must still open them.
 */

const deal = dealNamed('Bob');
const [first, second, third] = [sectorNamed('first'), sectorNamed('second', 1 << 17), sectorNamed('third', 3)];

const pending: PendingSector = { ...third, deal, receivedAt: 1_700_000_000_123 };
const egress: ProviderEgress = {
  deal,
  served: 4_096,
  voucher: { amount: wei(10n ** 20n), signature: signature(`0x${'03'.repeat(65)}`), signer: address(`0x${'aa'.repeat(20)}`) },
};

export const storedJournal = {
  deal,
  revisions: [signedRevision(deal, 1n, [first]), signedRevision(deal, 300n, [first, second])],
  pending,
  egress,
  held: leaves(first.leaves + second.leaves + third.leaves),
} as const;

export const fillJournal = async (journal: ProviderJournal): Promise<void> => {
  for (const sector of [first, second]) await journal.recordPending({ ...sector, deal, receivedAt: 1_700_000_000_000 });
  for (const revision of storedJournal.revisions) await journal.recordSigned(revision);
  await journal.recordPending(pending);
  await journal.recordEgress(egress);
};

const object = {
  id: '00112233445566778899aabbccddeeff',
  name: 'letters/märz.txt',
  bytes: 100,
  sha256: sectorNamed('content').root,
  storedAt: 1_700_000_000_000,
  k: 1,
  n: 2,
  state: 'stored',
  slabs: 1,
} as const satisfies ObjectRecord;
const slab: SlabRecord = { length: 100, sha256: sectorNamed('content').root, shards: [{ shard: 1, deal, sector: third, attempt: 2 }] };
/** As the put that made it left it when it was broken off. */
const halfDone = {
  ...{ id: 'ffeeddccbbaa99887766554433221100', name: 'film.mkv', bytes: 7, storedAt: 1_700_000_000_001 },
  ...{ k: 1, n: 2, state: 'placing', origin: 'size 7, changed 5', slabs: 0 },
} as const satisfies ObjectRecord;
const { sectors, ...signed } = signedRevision(deal, 2n, [first, second]);
const { revision, renterSignature } = signedRevision(deal, 3n, [first, second, third]);
const renterDeal: RenterDeal = {
  id: deal,
  provider: address(`0x${'bb'.repeat(20)}`),
  current: signed,
  proposed: { revision, renterSignature, base: 2n },
};
const lists = [
  { number: 2n, sectors },
  { number: 3n, sectors: [first, second, third] },
] as const;

export const storedCatalogue = {
  object,
  slab,
  halfDone,
  deal: renterDeal,
  lists,
  promised: wei(77n),
  healing: { deal, after: first.root, since: 1_700_000_000_000, bytes: 4_096 },
  openings: [
    {
      provider: address(`0x${'bb'.repeat(20)}`),
      salt: sectorNamed('salt').root,
      signer: address(`0x${'cc'.repeat(20)}`),
      maxPrice: wei(5n),
      maxEgressPrice: wei(0n),
      maxEnd: period(40),
      maxLeaves: leaves(1 << 20),
      maxEgress: wei(10n ** 21n),
      escrow: wei(10n ** 21n),
    },
  ],
} as const;

export const fillCatalogue = async (catalogue: Catalogue): Promise<void> => {
  await catalogue.putObject(object, new Map([[0, slab]]));
  await catalogue.putObject(halfDone);
  await catalogue.putObject({ ...halfDone, id: 'deleted' });
  await catalogue.deleteObject('deleted');
  for (const list of lists) await catalogue.putDeal(renterDeal, list);
  await catalogue.putHealing(storedCatalogue.healing);
  await catalogue.putPromised(deal, storedCatalogue.promised);
  await catalogue.putOpenings(storedCatalogue.openings);
};

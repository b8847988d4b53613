import type { Revision, SignedRevision } from '../../../node/core/market/deal.js';
import type { SectorRef } from '../../../node/core/data/data-set.js';
import { SECTOR_LEAVES, address, dealId, hash, leaves, period, signature, wei, type Hash } from '../../../node/core/units.js';
import type { Authorization, LeafRange, ProviderService, SectorSource, Terms } from '../../../node/ports/link.js';

/** 32 bytes of one digit after the other, told apart by `n`. */
export const rootNumber = (n: number): Hash => hash(`0x${n.toString(16).padStart(64, '0')}`);
export const sectorNumber = (n: number, count: number = SECTOR_LEAVES): SectorRef => ({ root: rootNumber(n), leaves: leaves(count) });

/** Bytes that differ from place to place, so that a range from the wrong place shows. */
export const patterned = (length: number, seed = 1): Uint8Array => {
  const bytes = new Uint8Array(length);
  const words = new Uint32Array(bytes.buffer, 0, length >>> 2);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + seed, 2_654_435_761);
  return bytes;
};

export const terms: Terms = {
  provider: address(`0x${'b0'.repeat(20)}`),
  ask: { price: wei(2n ** 128n - 1n), egressPrice: wei(0n), minLeaves: leaves(1), maxLeaves: leaves(2 ** 40), maxPeriods: 2 ** 32 - 1 },
  freeLeaves: leaves(2 ** 39 + 1),
  freeDeals: 210,
  minLeaves: leaves(32_768),
};

export const authorizationFor = (peer: string): Authorization => ({
  deal: dealId(`0x${'d1'.repeat(32)}`),
  peer,
  expires: period(12),
  signature: signature(`0x${'a5'.repeat(65)}`),
});

export const revisionOver = (sectors: readonly SectorRef[]): Revision => ({
  deal: dealId(`0x${'d1'.repeat(32)}`),
  number: 2n ** 64n - 2n,
  root: rootNumber(7),
  leaves: leaves(sectors.reduce((sum, sector) => sum + sector.leaves, 0)),
  sectors: sectors.length,
  end: period(40),
  price: wei(123_456_789_000n),
  validUntil: period(13),
});

export const renterSignature = signature(`0x${'01'.repeat(65)}`);
export const providerSignature = signature(`0x${'02'.repeat(65)}`);
export const signedOver = (sectors: readonly SectorRef[]): SignedRevision => ({
  revision: revisionOver(sectors),
  renterSignature,
  providerSignature,
});

export const sourceOf = (sector: SectorRef, bytes: Uint8Array): SectorSource => ({
  sector,
  read: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
});

/** Bob: keeps what he is sent, signs what he is asked, gives what he has. Verbs can be replaced one by one. */
export interface Bob extends ProviderService {
  readonly stored: Map<Hash, Uint8Array>;
  readonly peers: Set<string>;
}

export const createBob = (replaced: Partial<ProviderService> = {}): Bob => {
  const stored = new Map<Hash, Uint8Array>();
  const peers = new Set<string>();
  return {
    stored,
    peers,
    terms: async (peer) => {
      peers.add(peer);
      return terms;
    },
    authorize: async (_peer, { deal }) => ({ deal, hasData: false }),
    admitSector: async (_peer, _authorization, sector) => (stored.has(sector.root) ? 'have' : 'wanted'),
    storeSector: async (_peer, _authorization, sector, bytes) => {
      stored.set(sector.root, bytes.slice());
    },
    signRevision: async () => providerSignature,
    readLeaves: async (_peer, _authorization, { root, from, count }): Promise<LeafRange> => ({
      bytes: (stored.get(root) ?? patterned(SECTOR_LEAVES * 32)).subarray(from * 32, (from + count) * 32),
      proof: [patterned(32, from), patterned(32, count)],
    }),
    egress: async () => ({ served: 0 }),
    listSectors: async () => undefined,
    lostSectors: async () => ({ roots: [], next: undefined }),
    ...replaced,
  };
};

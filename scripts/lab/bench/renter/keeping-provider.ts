import { rangeProof } from '../../../../node/core/data/range-proof.js';
import type { MarketIdentity } from '../../../../node/core/keys/market-identity.js';
import type { KeySigner } from '../../../../node/core/keys/signing.js';
import { revisionDigest } from '../../../../node/core/market/revision.js';
import { leaves, type Address } from '../../../../node/core/units.js';
import type { ProviderService } from '../../../../node/ports/link.js';
import { requireWhole } from '../../../../node/provider/keep/sector-crown.js';
import { createSectorCache } from '../../../../node/provider/keep/sector-cache.js';
import { defaultPolicy } from '../../../../node/provider/policy.js';
import { createMemorySectors } from '../../../../node/storage/memory-sectors.js';
import { STILL_ASK } from '../still-market.js';

/** A provider that checks and keeps sectors in memory and serves them as a real one does; it asks no chain and signs what it is asked to. */
export interface KeepingProvider {
  readonly service: ProviderService;
  /** Forgets all sectors. */
  clear(): void;
}

export const createKeepingProvider = (identity: MarketIdentity, provider: Address, operator: KeySigner): KeepingProvider => {
  const open = () => {
    const store = createMemorySectors();
    return { store, sectors: createSectorCache(store, defaultPolicy.cacheBytes) };
  };
  let kept = open();
  const service: ProviderService = {
    terms: async () => ({ provider, ask: STILL_ASK, freeLeaves: leaves(2 ** 39), freeDeals: 1_000, minLeaves: leaves(1) }),
    authorize: async (_, { deal }) => ({ deal, hasData: true }),
    admitSector: async (_peer, _authorization, { root }) => ((await kept.store.has(root)) ? 'have' : 'wanted'),
    storeSector: async (_peer, _authorization, sector, bytes, signal) => {
      const crown = await requireWhole(sector, bytes);
      await kept.store.put(sector, bytes, signal, crown);
    },
    signRevision: (_peer, _authorization, { revision }) => operator.sign(revisionDigest(identity, revision)),
    readLeaves: async (_peer, _authorization, { root, from, count }, signal) => {
      const view = await kept.sectors.open(root, from, count, signal);
      return { bytes: view.bytes(from, count), proof: rangeProof(view, from, count) };
    },
    egress: async () => ({ served: 0, voucher: undefined }),
    listSectors: async () => undefined,
    lostSectors: async () => ({ roots: [], next: undefined }),
  };
  return { service, clear: () => void (kept = open()) };
};

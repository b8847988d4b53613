import { revisionDigest } from '../../../../node/core/market/revision.js';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import type { KeySigner } from '../../../../node/core/keys/signing.js';
import { leaves, type Address } from '../../../../node/core/units.js';
import type { ProviderService } from '../../../../node/ports/link.js';
import type { MemoryLedger } from '../../../../test/support/memory-market/settlement.js';

const refuse = (): Promise<never> => Promise.reject(new Error('this provider keeps nothing'));

/** A provider that takes every sector, checks its root, keeps nothing, signs what it is asked to and posts it at once. */
export const createForgetfulProvider = (ledger: MemoryLedger, provider: Address, operator: KeySigner): ProviderService => {
  const chain = ledger.as(operator.address);
  return {
    terms: async () => {
      const sheet = await chain.provider(provider);
      if (!sheet) throw new Error('it is not registered');
      return { provider, ask: sheet.ask, freeLeaves: leaves(2 ** 39), freeDeals: 1_000, minLeaves: leaves(1) };
    },
    authorize: async (_, { deal }) => ({ deal, hasData: true }),
    admitSector: async () => 'wanted',
    storeSector: async (_peer, _authorization, { root }, bytes) => {
      if (sectorRoot(bytes) !== root) throw new Error('another sector came');
    },
    signRevision: async (_peer, _authorization, { revision, renterSignature }) => {
      const providerSignature = await operator.sign(revisionDigest(ledger.identity, revision));
      await chain.submit({ kind: 'batch', items: [{ kind: 'commit', signed: { revision, renterSignature, providerSignature } }] });
      return providerSignature;
    },
    readLeaves: refuse,
    egress: refuse,
    listSectors: async () => undefined,
    lostSectors: refuse,
  };
};

import type { RevisionTerms } from '../../core/market/egress-cover.js';
import type { DealId } from '../../core/units.js';
import type { ProviderJournal } from '../../ports/store.js';

/** The terms of the revisions that were signed, without their sectors: what every paid read looks at. */
export interface SignedTerms {
  of(deal: DealId): Promise<readonly RevisionTerms[]>;
  /** Another revision was signed. */
  changed(deal: DealId): void;
}

/** Keeps those of the last `remembered` deals in memory; the journal has all. */
export const createSignedTerms = (journal: Pick<ProviderJournal, 'deal'>, remembered = 1_024): SignedTerms => {
  const known = new Map<DealId, readonly RevisionTerms[]>();
  const read = async (deal: DealId): Promise<readonly RevisionTerms[]> => {
    const revisions = (await journal.deal(deal))?.revisions ?? [];
    return revisions.map(({ revision: { number, leaves, price, end, validUntil } }) => ({ number, leaves, price, end, validUntil }));
  };
  return {
    of: async (deal) => {
      const terms = known.get(deal) ?? (await read(deal));
      known.delete(deal);
      known.set(deal, terms);
      const [oldest] = known.keys();
      if (known.size > remembered && oldest !== undefined) known.delete(oldest);
      return terms;
    },
    changed: (deal) => void known.delete(deal),
  };
};

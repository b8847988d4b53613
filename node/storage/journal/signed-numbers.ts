import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { MarketIdentity } from '../../core/keys/market-identity.js';
import type { Revision, SignedRevision } from '../../core/market/deal.js';
import { revisionDigest } from '../../core/market/revision.js';
import type { DealId } from '../../core/units.js';
import type { DealDoubt, JournalFault } from '../../ports/journal-faults.js';
import type { NumberEntry, SignedNumber } from './number-format.js';
import type { NumberRecord } from './number-file.js';

/** Which numbers were signed, by two records that know nothing of each other: where they differ, a deal is in doubt. */
export interface SignedNumbers {
  /** JOURNAL_BEHIND if more was signed for the deal than the journal knows, and `revision` is not the newest of it. */
  require(revision: Revision): void;
  /** Records a revision whose row is durable; one that a later number follows is known to have been signed. */
  add(revision: Revision): Promise<void>;
  /** Records a revision that was found again: what the caller checked counts more than a digest of the same number. */
  adopt(revision: Revision): Promise<void>;
  /**
   * What was signed after `last`, or of a deal that is over all, is about to be forgotten: nobody can post it any more. With `dropped` only if
   * these numbers are it.
   */
  recede(deal: DealId, last: Revision | undefined, dropped?: readonly bigint[]): Promise<void>;
  /** Looks at a deal again, whose revisions are `kept` now. */
  compare(deal: DealId, kept: readonly SignedRevision[]): void;
  doubts(): readonly DealDoubt[];
  doubt(deal: DealId): DealDoubt | undefined;
  close(): Promise<void>;
}

/** The second record of a journal, and whether there has been one before. */
export interface JournalNumbers {
  readonly record: NumberRecord;
  readonly promised: boolean;
}

/** What is to be said of the second record of a journal with so many deals. */
export const numberFaults = ({ record: { found }, promised }: JournalNumbers, deals: number): JournalFault[] => {
  if (found === undefined) return [{ kind: promised ? 'numbers-missing' : 'numbers-made', deals }];
  return found.damaged > 0 ? [{ kind: 'numbers-damaged', lines: found.damaged }] : [];
};

/** Lines that the record may have beyond two for each deal. */
const SLACK = 1_024;

export interface SignedNumbersOptions {
  readonly identity: Pick<MarketIdentity, 'chainId' | 'market'>;
  readonly record: NumberRecord;
  /** What the journal's rows say. */
  readonly revisions: ReadonlyMap<DealId, readonly SignedRevision[]>;
  /** Numbers of rows that cannot be read. */
  readonly unreadable: ReadonlyMap<DealId, readonly bigint[]>;
}

/** Holds the record against the rows, and completes it by what only these know. */
export const openSignedNumbers = async ({ identity, record, revisions, unreadable }: SignedNumbersOptions): Promise<SignedNumbers> => {
  const newest = new Map(record.found?.newest);
  const doubts = new Map<DealId, DealDoubt>();
  let lines = record.found?.lines ?? 0;

  const signedBy = (revision: Revision): SignedNumber => ({
    number: revision.number,
    digest: revisionDigest(identity, revision),
    validUntil: revision.validUntil,
  });

  const doubtOf = (deal: DealId, kept: readonly SignedRevision[]): DealDoubt | undefined => {
    const last = kept.at(-1)?.revision;
    const known = newest.get(deal);
    const bad = (unreadable.get(deal) ?? []).filter((number) => !kept.some(({ revision }) => revision.number === number));
    const behind = known !== undefined && known.number > (last?.number ?? 0n);
    const other = known !== undefined && known.number === last?.number && known.digest !== signedBy(last).digest;
    if (!behind && !other && bad.length === 0) return undefined;
    const number = [known?.number ?? 0n, ...bad].reduce((most, each) => (each > most ? each : most));
    const validUntil = known?.number === number ? known.validUntil : undefined;
    return { deal, number, newest: last?.number ?? 0n, ...(validUntil !== undefined && { validUntil }) };
  };

  const compare = (deal: DealId, kept: readonly SignedRevision[]): void => {
    const doubt = doubtOf(deal, kept);
    if (doubt === undefined) doubts.delete(deal);
    else doubts.set(deal, doubt);
  };

  const write = async (entry: NumberEntry): Promise<void> => {
    if (lines >= 2 * newest.size + SLACK) {
      await record.rewrite(newest);
      lines = newest.size;
    }
    await record.append(entry);
    lines += 1;
  };

  let completed = record.found === undefined || record.found.damaged > 0;
  for (const [deal, kept] of revisions) {
    const last = kept.at(-1)?.revision;
    if (last === undefined || (newest.get(deal)?.number ?? 0n) >= last.number) continue;
    newest.set(deal, signedBy(last));
    completed = true;
  }
  if (completed) await record.rewrite(newest);
  if (completed) lines = newest.size;
  for (const deal of new Set([...newest.keys(), ...unreadable.keys()])) compare(deal, revisions.get(deal) ?? []);

  const put = async (revision: Revision): Promise<void> => {
    const { deal } = revision;
    const signed = signedBy(revision);
    await write({ deal, signed });
    newest.set(deal, signed);
  };

  return {
    require: (revision) => {
      const doubt = doubts.get(revision.deal);
      if (doubt === undefined) return;
      const known = newest.get(revision.deal);
      const again = known?.number === revision.number && known.digest === signedBy(revision).digest;
      const { deal, number, newest: journal } = doubt;
      if (!again) throw new HoldfastError('JOURNAL_BEHIND', { deal, number, newest: journal });
    },
    add: async (revision) => {
      if ((newest.get(revision.deal)?.number ?? 0n) < revision.number) await put(revision);
    },
    adopt: async (revision) => {
      if ((newest.get(revision.deal)?.number ?? 0n) <= revision.number) await put(revision);
    },
    recede: async (deal, last, dropped) => {
      const known = newest.get(deal);
      if (known === undefined || dropped?.includes(known.number) === false) return;
      if (last !== undefined && known.number <= last.number) return;
      if (last !== undefined) return put(last);
      await write({ deal, signed: undefined });
      newest.delete(deal);
    },
    compare,
    doubts: () => [...doubts.values()],
    doubt: (deal) => doubts.get(deal),
    close: () => record.close(),
  };
};

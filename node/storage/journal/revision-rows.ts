import type { SectorRef } from '../../core/data/data-set.js';
import type { SignedRevision } from '../../core/market/deal.js';
import type { DealId, Hash } from '../../core/units.js';
import type { NewRevision, PendingSector, ProviderRevision } from '../../ports/journal.js';
import { createDraft } from '../rows/draft.js';
import { addWaiting, numbersOf, setRevisions, setUnreadable, type JournalIndex } from './journal-index.js';
import { journalSpaces } from '../layout.js';
import type { RowChange, Rows } from '../rows/rows.js';
import { addGrown, addWhole, dropLists, type ListDraft } from '../lists/sector-lists.js';
import { createTally, requireSameCounts } from '../lists/sector-namings.js';

const { revision: revisions, pending } = journalSpaces;

/** One batch that changes what a deal has: its rows, by how many leaves what is held grows, and what the index says then. */
export interface JournalBatch {
  readonly changes: readonly RowChange[];
  readonly grown: number;
  /** Roots that nothing names any more. */
  readonly freed: readonly Hash[];
  /** After the rows are on the disk. */
  apply(): void;
}

const leavesOf = (signed: SignedRevision | undefined): number => signed?.revision.leaves ?? 0;

/** Plans the batches of a journal's revisions and waiting sectors; nothing is written here. */
export const createRevisionRows = (rows: Rows, index: JournalIndex) => {
  const keptOf = (deal: DealId): readonly SignedRevision[] => index.revisions.get(deal) ?? [];

  const begin = (deal: DealId): ListDraft => {
    const draft = createDraft(rows);
    return { draft, tally: createTally(rows, draft, deal), deal, kept: numbersOf(index, deal) };
  };
  const finish = async ({ draft, tally }: ListDraft, grown: number, apply: () => void): Promise<JournalBatch> => {
    const freed = await tally.settle();
    return { changes: draft.changes(), grown, freed, apply };
  };

  /** Takes sectors off the list of those that wait, those that are on it. Returns them. */
  const stopWaiting = async ({ draft, tally, deal }: ListDraft, sectors: Iterable<SectorRef>): Promise<PendingSector[]> => {
    const found: PendingSector[] = [];
    for (const { root } of sectors) {
      const place = pending.at(deal, root);
      const waiting = await place.read(draft);
      if (waiting === undefined) continue;
      draft.put(place.drop);
      found.push(waiting);
    }
    tally.add(found, -1);
    return found;
  };
  const sumOf = (sectors: readonly SectorRef[]): number => sectors.reduce((sum, each) => sum + each.leaves, 0);

  return {
    keptOf,

    wait: async (sector: PendingSector): Promise<JournalBatch | undefined> => {
      const { deal, root } = sector;
      await requireSameCounts(rows, [sector]);
      const at = begin(deal);
      const place = pending.at(deal, root);
      if ((await place.read(rows)) !== undefined) return undefined;
      at.draft.put(place.put(sector));
      at.tally.add([sector], 1);
      return finish(at, sector.leaves, () => addWaiting(index, deal, 1, sector.leaves));
    },

    stopWaiting: async (deal: DealId, root: Hash): Promise<JournalBatch | undefined> => {
      const at = begin(deal);
      const [waiting] = await stopWaiting(at, [{ root } as SectorRef]);
      if (waiting === undefined) return undefined;
      return finish(at, -(waiting.leaves as number), () => addWaiting(index, deal, -1, -(waiting.leaves as number)));
    },

    /** Adds a revision newer than all; its sectors wait no longer. SECTOR_CONFLICT. */
    sign: async ({ sectors, ...signed }: NewRevision): Promise<JournalBatch> => {
      const { revision } = signed;
      const { deal, number } = revision;
      const at = begin(deal);
      const added = 'change' in sectors ? sectors.change.append : sectors;
      await requireSameCounts(rows, added);
      if ('change' in sectors) await addGrown(at, number, sectors);
      else await addWhole(at, number, sectors);
      const waited = await stopWaiting(at, added);
      at.draft.put(revisions.at(deal, number).put(signed));
      const kept = keptOf(deal);
      return finish(at, revision.leaves - leavesOf(kept.at(-1)) - sumOf(waited), () => {
        setRevisions(index, deal, [...kept, signed]);
        addWaiting(index, deal, -waited.length, -sumOf(waited));
      });
    },

    /** Puts a revision back among the others, or in the place of what cannot be read. SECTOR_CONFLICT. */
    restore: async ({ sectors, ...signed }: ProviderRevision): Promise<JournalBatch> => {
      const { deal, number } = signed.revision;
      await requireSameCounts(rows, sectors);
      const at = begin(deal);
      await dropLists(at, [number]);
      await addWhole({ ...at, kept: at.kept.filter((each) => each !== number) }, number, sectors);
      at.draft.put(revisions.at(deal, number).put(signed));
      const kept = keptOf(deal);
      const others = kept.filter(({ revision }) => revision.number !== number);
      const all = [...others, signed].sort((a, b) => (a.revision.number < b.revision.number ? -1 : 1));
      const bad = (index.unreadable.get(deal) ?? []).filter((each) => each !== number);
      return finish(at, leavesOf(all.at(-1)) - leavesOf(kept.at(-1)), () => {
        setRevisions(index, deal, all);
        setUnreadable(index, deal, bad);
      });
    },

    /** Forgets the revisions of `deal` whose numbers are `old`, rows that cannot be read too, and with `waiting` what waits. */
    forget: async (deal: DealId, old: (number: bigint) => boolean, waiting: boolean): Promise<JournalBatch | undefined> => {
      const at = begin(deal);
      const gone = at.kept.filter(old);
      const sectors: SectorRef[] = [];
      if (waiting) for await (const [, sector] of pending.under(rows, deal)) sectors.push(sector);
      if (gone.length + sectors.length === 0) return undefined;
      await dropLists(at, gone);
      const waited = await stopWaiting(at, sectors);
      at.draft.put(...gone.map((number) => revisions.at(deal, number).drop));
      const kept = keptOf(deal);
      const left = kept.filter(({ revision }) => !old(revision.number));
      const bad = (index.unreadable.get(deal) ?? []).filter((number) => !old(number));
      return finish(at, leavesOf(left.at(-1)) - leavesOf(kept.at(-1)) - sumOf(waited), () => {
        setRevisions(index, deal, left);
        setUnreadable(index, deal, bad);
        addWaiting(index, deal, -waited.length, -sumOf(waited));
      });
    },
  };
};

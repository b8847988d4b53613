import type { SectorRef } from '../../node/core/data/data-set.js';
import type { DealId } from '../../node/core/units.js';
import type { ProviderJournal, ProviderRevision } from '../../node/ports/journal.js';
import type { SectorLists } from '../../node/ports/sector-lists.js';
import { collect } from './collect.js';

/** The sectors of a kept revision. */
export const sectorsOf = (lists: SectorLists, deal: DealId, number: bigint): Promise<SectorRef[]> => collect(lists.sectors(deal, number));

/** What a journal has of a deal, each revision with its sectors. */
export const wholeDeal = async (
  journal: ProviderJournal,
  id: DealId,
): Promise<{ readonly id: DealId; readonly revisions: readonly ProviderRevision[] } | undefined> => {
  const kept = await journal.deal(id);
  if (kept === undefined) return undefined;
  const revisions: ProviderRevision[] = [];
  for (const signed of kept.revisions) revisions.push({ ...signed, sectors: await sectorsOf(journal, id, signed.revision.number) });
  return { id, revisions };
};

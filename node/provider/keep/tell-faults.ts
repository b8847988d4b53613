import type { ProviderJournal } from '../../ports/journal.js';
import type { SectorStore } from '../../ports/sector-store.js';
import type { Log } from '../../ports/world.js';

const REMEDY = '"holdfast provider check" says what is missing';

/** Says what was wrong with the journal when it was opened. What was only made, for a journal of an earlier version, is no alarm. */
export const tellFaults = ({ faults }: Pick<ProviderJournal, 'faults'>, log: Log): void => {
  for (const { kind, ...facts } of faults) {
    if (kind === 'numbers-made') log.info('numbers-made', facts);
    else if (kind === 'row-unreadable') log.alarm('row-unreadable', { ...facts, remedy: REMEDY });
    else if (kind === 'total-differs') log.alarm('total-differs', { ...facts, remedy: REMEDY });
    else log.alarm(kind, facts);
  }
};

/** Says what was wrong with the sectors when they were opened. An index that could be made from them is no loss. */
export const tellStoreFaults = ({ faults }: Pick<SectorStore, 'faults'>, log: Log): void => {
  for (const { kind, ...facts } of faults) {
    if (kind === 'index-made') log.info('index-made', facts);
    else if (kind === 'index-rebuilt') log.warn('index-rebuilt', facts);
    else log.alarm(kind, { ...facts, remedy: REMEDY });
  }
};

import { countText } from '../../core/amount-text.js';
import { nameText } from '../../core/visible-text.js';
import type { OpenedShare } from '../../renter/sharing/open-share.js';
import { showLeaves, showMinute, showSize } from '../amounts.js';
import type { Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { failureJson, failureLine } from './failure-lines.js';

/** Leaves of all sectors that a share lies in, each counted once. */
const leavesOf = ({ places }: OpenedShare): number => {
  const sectors = new Map(
    places.slabs.flatMap(({ shards }) => shards.map(({ deal, sector }) => [`${deal} ${sector.root}`, sector.leaves])),
  );
  return [...sectors.values()].reduce<number>((sum, leaves) => sum + leaves, 0);
};

/** What is said where some did not give what others have: nobody can hide that something is newer unless all do. */
export const doubtLines = ({ older, deals, looked }: OpenedShare): readonly string[] => [
  ...(older > 0 ? [`  ${countText(older, 'deal')} had an older list of it, which was not used`] : []),
  ...(looked.length < deals
    ? [`  ${looked.length} of ${countText(deals, 'deal')} of its owner could be looked through: the others may have a newer one`]
    : []),
];

/** What a link leads to, as far as it says: of one that verifies only, no names. */
export const sharedOutcome = (opened: OpenedShare): Outcome => {
  const { places, contents, failures } = opened;
  const deals = new Set(places.slabs.flatMap(({ shards }) => shards.map(({ deal }) => deal)));
  const files = contents?.objects.map(({ object }) => object) ?? [];
  const bytes = files.reduce((sum, object) => sum + object.bytes, 0);
  const what = contents
    ? `"${nameText(contents.name)}"${contents.isFolder ? `, a folder of ${countText(files.length, 'file')}` : ''}, ${showSize(bytes)}`
    : 'Something whose name and content this link does not open';
  return {
    text: [
      `${what}.`,
      `  lies in ${countText(deals.size, 'deal')}, ${showLeaves(leavesOf(opened))} of them`,
      `  list number ${places.number}, of ${showMinute(places.madeAt)}`,
      ...doubtLines(opened),
      ...failures.map(failureLine),
    ],
    json: {
      ...(contents && { name: contents.name, folder: contents.isFolder, objects: files.map(objectFacts) }),
      number: places.number,
      madeAt: places.madeAt,
      untilPeriod: places.until,
      deals: [...deals],
      leaves: leavesOf(opened),
      olderDeals: opened.older,
      lookedDeals: opened.looked.length,
      ownerDeals: opened.deals,
      failures: failureJson(failures),
    },
  };
};

import { countText, showTokens } from '../../../core/amount-text.js';
import type { CompactResult } from '../../../renter/compaction/compact-crates.js';
import type { Uncompacted } from '../../../renter/compaction/decide-compaction.js';
import { failureJson, failureLine } from '../failure-lines.js';

const reasons: Readonly<Record<Uncompacted, string>> = {
  damaged: 'a shard is to be repaired first',
  'in-use': 'most of it is in use',
  'not-worth': 'the rent that it would save is not worth the move',
  later: 'for a later round, by --budget and --max-egress',
};

/** Why sectors with holes stay as they are, each reason once with how many slabs it is true of. */
const waitLines = ({ plan }: CompactResult): readonly string[] => {
  const counts = new Map<Uncompacted, number>();
  for (const { reason } of plan.wait) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(
    ([reason, count]) => `  ${countText(count, 'slab')} of small files with holes stay as they are: ${reasons[reason]}`,
  );
};

/** What was moved together, or would be, for people; nothing where nothing was. */
export const compactionLines = (result: CompactResult): readonly string[] => {
  const { performed, plan, moved, egress, held, failures } = result;
  const saves = `${showTokens(plan.saved)} of rent until the deals end, for ${showTokens(plan.cost)}`;
  const from = `out of ${countText(plan.move.length, 'slab')} with holes`;
  return [
    ...(moved > 0
      ? [
          `  ${countText(moved, 'small file')} moved together ${from}: that saves about ${saves}, of which reading took ${showTokens(egress)}`,
        ]
      : []),
    ...(!performed && plan.move.length > 0 ? [`  what is left would be moved together ${from}: that would save about ${saves}`] : []),
    ...(performed ? [] : waitLines(result)),
    ...(held === undefined ? [] : [`  small files stay in sectors with holes for now: ${held.message}`, `    → ${held.remedy}`]),
    ...failures.map(failureLine),
  ];
};

/** The same for programs. */
export const compactionJson = ({ plan, held, failures, ...done }: CompactResult): Readonly<Record<string, unknown>> => ({
  ...done,
  plan,
  ...(held && { held: { code: held.code, message: held.message, remedy: held.remedy } }),
  failures: failureJson(failures),
});

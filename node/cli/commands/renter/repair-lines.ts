import { nameText } from '../../../core/visible-text.js';
import { countText, showTokens } from '../../../core/amount-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import type { ChallengeResult } from '../../../renter/upkeep/challenge-doubted.js';
import type { WantedChallenge } from '../../../renter/upkeep/decide-challenging.js';
import type { RepairWithinOutcome, RepairWithinResult } from '../../../renter/upkeep/repair-within.js';
import { failureJson, failureLine } from '../failure-lines.js';

/** What `repair` says of an object that nothing can be made from. */
export const BEYOND_HELP = 'too few of its shards can be read: its providers’ return is all that helps';

/** Why shards are lost, each reason once. */
const reasonsOf = (lost: RepairWithinOutcome['lost']): readonly string[] => [...new Set(lost.map(({ reason }) => reason))];

const outcomeLines = ({ owner, kind, moved, error, escrow, lost }: RepairWithinOutcome, performed: boolean): readonly string[] => {
  const why = reasonsOf(lost).join('; ');
  if (kind === 'hopeless') return [`  ${nameText(owner.name)}: ${BEYOND_HELP} (${why})`];
  if (error !== undefined) {
    const { message, remedy } = asCoded(error);
    return [`  ${nameText(owner.name)}: not all of its lost shards are placed elsewhere (${why}): ${message}`, `    → ${remedy}`];
  }
  if (!performed)
    return [`  ${nameText(owner.name)}: lost shards would be placed elsewhere, for ${showTokens(escrow)} of new escrow (${why})`];
  return [`  ${nameText(owner.name)}: shards ${[...moved.keys()].join(', ')} placed elsewhere (${why})`];
};

/** What was made anew at other providers, or would be, for people; nothing where nothing is lost. */
export const repairLines = ({ performed, outcomes, repairedShards, escrow, egress, failures }: RepairWithinResult): readonly string[] => [
  ...outcomes.flatMap((outcome) => outcomeLines(outcome, performed)),
  ...failures.map(failureLine),
  ...(repairedShards === 0
    ? []
    : [
        `Placed ${countText(repairedShards, 'shard')} elsewhere, for ${showTokens(escrow)} of new escrow and ${showTokens(egress)} for reading.`,
      ]),
];

/** The same for programs. */
export const repairJson = ({ health, outcomes, failures, ...rest }: RepairWithinResult): Readonly<Record<string, unknown>> => ({
  ...rest,
  health: Object.fromEntries(health),
  objects: outcomes.map(({ owner: { id, name }, kind, moved, error, escrow, lost }) => {
    const coded = error && asCoded(error);
    const failure = coded && { code: coded.code, message: coded.message, remedy: coded.remedy };
    return { id, name, kind, reasons: reasonsOf(lost), escrow, moved: Object.fromEntries(moved), ...failure };
  }),
  failures: failureJson(failures),
});

const why = ({ times, check }: WantedChallenge): string => `its provider proves and gave nothing back ${times} times in a row (${check})`;

/** Whose data have to be proven, for people; nothing where nothing looks bad. */
export const challengingLines = ({ performed, challenge, unaffordable, failed }: ChallengeResult): readonly string[] => [
  ...challenge.map(
    (one) =>
      `  deal ${one.deal.id} ${performed ? 'is' : 'would be'} challenged for a bond of ${showTokens(one.bond)}, which comes back if nobody answers: ${why(one)}`,
  ),
  ...unaffordable.map(
    (one) => `  deal ${one.deal.id} is not challenged, since the budget does not have ${showTokens(one.bond)}: ${why(one)}`,
  ),
  ...failed.flatMap((one) => {
    const { message, remedy } = asCoded(one.error);
    return [`  deal ${one.deal.id} could not be challenged: ${message}`, `    → ${remedy}`];
  }),
];

const wantedJson = ({ deal, bond, times, check }: WantedChallenge) => ({ deal: deal.id, provider: deal.provider, bond, times, check });

/** The same for programs. */
export const challengingJson = ({ performed, challenge, unaffordable, failed }: ChallengeResult): Readonly<Record<string, unknown>> => ({
  performed,
  challenged: challenge.map(wantedJson),
  unaffordable: unaffordable.map(wantedJson),
  failed: failed.map((one) => {
    const { code, message, remedy } = asCoded(one.error);
    return { ...wantedJson(one), code, message, remedy };
  }),
});

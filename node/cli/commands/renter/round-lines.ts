import { nameText, visibleLine } from '../../../core/visible-text.js';
import type { PartFailure, Round } from '../../../app/renter-rounds.js';
import type { HealResult } from '../../../renter/repair/heal.js';
import { countText, showCoins, showTokens } from '../../../core/amount-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import type { EndedDeal } from '../../../renter/repair/ended-early.js';
import type { HealedShard, Unhealable, UnhealedShard } from '../../../renter/repair/healed-shard.js';
import { showSize } from '../../amounts.js';
import { failureJson, failureLine } from '../failure-lines.js';
import { compactionJson, compactionLines } from './compaction-lines.js';
import { refreshedLines } from '../shares-kept.js';
import { announcingLines, needJson, needLines } from './need-lines.js';
import { renewalJson, renewalLines } from './renewal-lines.js';
import { challengingJson, challengingLines, repairJson, repairLines } from './repair-lines.js';
import { tidyingJson, tidyingLines } from './tidying-lines.js';

const reasons: Readonly<Record<Unhealable, string>> = {
  'too-few': 'too few other shards are left',
  'enough-lately': 'as much as the deal holds was made anew lately, and its provider says again that it is lost',
  unreadable: 'the other shards cannot be read now',
  refused: 'its provider does not take it',
};

const MOVE = '"holdfast repair" places it at another provider, for new escrow, if its deal is beyond help';
const remedies: Readonly<Record<Unhealable, string>> = {
  'too-few': 'nothing but its providers’ own copies brings it back: store the file again, if you have it',
  'enough-lately': MOVE,
  unreadable: 'the next round tries again',
  refused: `a later round tries again; ${MOVE}`,
};

/** Shards of one file in one deal with one fate, in the order in which they came. */
const groups = <Shard extends HealedShard>(
  shards: readonly Shard[],
  fate: (shard: Shard) => string,
): readonly (readonly [Shard, ...Shard[]])[] => {
  const found = new Map<string, [Shard, ...Shard[]]>();
  for (const shard of shards) {
    const key = `${shard.deal} ${fate(shard)} ${shard.name}`;
    const group = found.get(key);
    if (group) group.push(shard);
    else found.set(key, [shard]);
  }
  return [...found.values()];
};

const what = (shards: readonly [HealedShard, ...HealedShard[]]): string => {
  const [{ name, provider }] = shards;
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  return `${nameText(name)}: ${countText(shards.length, 'shard')} (${showSize(bytes)}) at ${provider}`;
};

const unhealedLines = (shards: readonly [UnhealedShard, ...UnhealedShard[]]): readonly string[] => {
  const [{ reason, error, needed, collateral, deal }] = shards;
  const left = Math.min(...shards.map((shard) => shard.left));
  return [
    `  ${what(shards)} not made anew: ${reasons[reason]}${error === undefined ? '' : ` (${visibleLine(error.message)})`}`,
    `    ${countText(left, 'other shard')} ${left === 1 ? 'is' : 'are'} left, and ${needed} bring the file back; the provider loses ${showTokens(collateral)} of collateral to you if it gives deal ${deal} up or defaults`,
    `    → ${remedies[reason]}`,
  ];
};

const MOST_NAMES = 3;

const endedLines = ({ deal, provider, isClosed, shards, names }: EndedDeal): readonly string[] => {
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
  const close = isClosed ? '' : `; "holdfast deals close ${deal}" takes collateral and escrow back`;
  return [
    `  ${names.slice(0, MOST_NAMES).map(nameText).join(', ')}${more}: ${countText(shards, 'shard')} at ${provider} lost, since deal ${deal} ended before its time`,
    `    → "holdfast repair" places them elsewhere where enough others are left, and "holdfast ls --health" names the files where not${close}`,
  ];
};

/** What providers lost, for people. */
const healingLines = (healing: HealResult): readonly string[] => {
  const { performed, deals, asked, healed, unhealed, ended, unknown, egress, failures } = healing;
  const quiet = healed.length + unhealed.length === 0;
  const silent =
    asked < deals ? [`  of the others it is not known; "holdfast repair" moves what lies with a provider that misses its audits`] : [];
  return [
    `${asked} of ${countText(deals, 'deal')} asked what their providers lost.`,
    ...failures.map(failureLine),
    ...silent,
    ...groups(healed, () => '').map((shards) => `  ${what(shards)} ${performed ? 'made anew' : 'would be made anew'}`),
    ...groups(unhealed, ({ reason }) => reason).flatMap(unhealedLines),
    ...ended.flatMap(endedLines),
    ...[...unknown].map(([deal, sectors]) => `  deal ${deal}: ${countText(sectors, 'lost sector')} that no file of this catalogue needs`),
    ...(egress === 0n ? [] : [`Reading what was left cost ${showTokens(egress)}, out of the deals' escrow.`]),
    ...(quiet && ended.length === 0 ? ['Nothing that your files need is lost.'] : []),
    ...(quiet ? [] : [`${performed ? 'Made' : 'Would make'} ${countText(healed.length, 'shard')} anew, ${unhealed.length} not.`]),
  ];
};

/** One round for people. */
export const roundLines = ({
  tidying,
  healing,
  renewal,
  repair,
  compaction,
  sharing,
  challenging,
  needs,
  announcing,
  errors,
  fees,
}: Round): readonly string[] => [
  ...(tidying === undefined ? [] : tidyingLines(tidying)),
  ...(healing === undefined ? [] : healingLines(healing)),
  ...(renewal === undefined ? [] : renewalLines(renewal)),
  ...(repair === undefined ? [] : repairLines(repair)),
  ...(compaction === undefined ? [] : compactionLines(compaction)),
  ...(sharing === undefined ? [] : refreshedLines(sharing)),
  ...(challenging === undefined ? [] : challengingLines(challenging)),
  ...(fees === undefined || fees.transactions === 0
    ? []
    : [`${countText(fees.transactions, 'transaction')} cost ${showCoins(fees.coin)} of gas.`]),
  ...errors.flatMap(partLines),
  ...needLines(needs ?? []),
  ...(announcing === undefined ? [] : announcingLines(announcing)),
];

const parts: Readonly<Record<PartFailure['part'], string>> = {
  tidying: 'Bringing deals in order',
  healing: 'Making anew what providers lost',
  renewal: 'Renewing deals',
  repair: 'Moving what is lost to other providers',
  sharing: 'Bringing what is shared up to date',
  compaction: 'Moving small files together out of sectors with holes',
  challenging: 'Challenging deals',
  needs: 'Looking ahead',
  announcing: 'Telling what is needed of you',
};

/** A part of a round that failed as a whole. */
const partLines = ({ part, error }: PartFailure): readonly string[] => {
  const { message, remedy } = asCoded(error);
  return [`${parts[part]} failed: ${message}.`, `  → ${remedy}`];
};

const errorJson = ({ error, ...shard }: UnhealedShard) => {
  const coded = error && asCoded(error);
  return { ...shard, ...(coded && { message: coded.message, code: coded.code }) };
};

const openIn = ({ tidying, renewal, healing, repair, challenging, announcing, errors }: Round): readonly number[] => [
  tidying?.refused.size ?? 0,
  (renewal?.unrenewed.length ?? 0) + (renewal?.failed.length ?? 0),
  (healing?.unhealed.length ?? 0) + (healing?.ended.length ?? 0),
  repair?.outcomes.filter(({ kind, error }) => kind === 'hopeless' || error !== undefined).length ?? 0,
  challenging?.failed.length ?? 0,
  announcing?.failed.length ?? 0,
  errors.length,
];

/** Whether all was done that was due: what a person has to do in time is told, and no failure. */
export const isWell = (round: Round): boolean => openIn(round).every((count) => count === 0);

/** One round as JSON. */
export const roundJson = (round: Round): Readonly<Record<string, unknown>> => {
  const { tidying, renewal, healing, repair, compaction, sharing, challenging, needs, announcing, errors, fees } = round;
  return {
    ok: isWell(round),
    ...(tidying && { tidying: tidyingJson(tidying) }),
    ...(renewal && { renewal: renewalJson(renewal) }),
    ...(healing && {
      healing: {
        ...healing,
        unhealed: healing.unhealed.map(errorJson),
        unknown: Object.fromEntries(healing.unknown),
        failures: failureJson(healing.failures),
      },
    }),
    ...(repair && { repair: repairJson(repair) }),
    ...(compaction && { compaction: compactionJson(compaction) }),
    ...(sharing && { sharing: { ended: sharing.ended.map(({ id }) => id), failures: failureJson(sharing.failures) } }),
    ...(challenging && { challenging: challengingJson(challenging) }),
    ...(needs && { needs: needs.map(needJson) }),
    ...(announcing && {
      announcing: {
        told: announcing.told.map(({ channel, need }) => ({ channel, id: need.id })),
        failed: announcing.failed.map(({ channel, error }) => ({ channel, ...failedJson(error) })),
      },
    }),
    ...(fees && { fees }),
    errors: errors.map(({ part, error }) => ({ part, ...failedJson(error) })),
  };
};

/** A round that failed as a whole, as lines for people. */
export const failedLines = (error: unknown): readonly string[] => {
  const { message, remedy } = asCoded(error);
  return [`This round failed: ${message}.`, `  ${remedy}`];
};

/** The same for programs. */
export const failedJson = (error: unknown): Readonly<Record<string, unknown>> => {
  const { code, message, remedy } = asCoded(error);
  return { code, message, remedy };
};

import { nameText } from '../../../core/visible-text.js';
import { countText, showTokens } from '../../../core/amount-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import type { DealId } from '../../../core/units.js';
import type { Unshrinkable } from '../../../renter/deals/decide-taking-out.js';
import type { TidyResult } from '../../../renter/upkeep/tidy-deals.js';
import { showLeaves } from '../../amounts.js';
import { failureJson, failureLine } from '../failure-lines.js';

const unshrinkable: Readonly<Record<Unshrinkable, string>> = {
  challenged: 'a challenge is open',
  unread: 'another machine of this wallet has changed something, and its provider does not say what',
  'ends-soon': 'it ends before that would save anything',
};

/** What was brought in order, or would be, for people; nothing where all is. */
export const tidyingLines = ({ performed, ...done }: TidyResult): readonly string[] => {
  const lines = (ids: readonly DealId[], did: string, would: string): string[] =>
    ids.map((id) => `  deal ${id} ${performed ? did : would}`);
  return [
    ...lines(done.expired, 'is closed: nobody answered its challenge in time', 'would be closed: nobody answered its challenge in time'),
    ...lines(done.closed, 'is closed: it was over', 'would be closed: it is over'),
    ...lines(done.cancelled, 'is cancelled: it stored nothing', 'would be cancelled: it stores nothing'),
    ...lines(
      done.posted,
      'has its newest revision on chain: its provider had not posted it',
      'would get its newest revision posted: its provider has not',
    ),
    ...done.forgotten.map(
      ({ name }) =>
        `  "${nameText(name)}" ${performed ? 'is' : 'would be'} forgotten: storing it was broken off, and nobody goes on with it`,
    ),
    ...done.shrunk.map(
      ({ deal, sectors, leaves, saved }) =>
        `  deal ${deal} ${performed ? 'gives up' : 'would give up'} ${countText(sectors, 'sector')}, ${showLeaves(leaves)}, that nothing uses any more: ` +
        `it ${performed ? 'costs' : 'would cost'} ${showTokens(saved)} a period less once the chain holds that`,
    ),
    ...done.unshrunk.map(({ deal, reason }) => `  deal ${deal} keeps what nothing uses any more, for now: ${unshrinkable[reason]}`),
    ...(done.told.length === 0
      ? []
      : [
          `  ${countText(done.told.length, 'deal')} ${done.told.length === 1 ? 'knows' : 'know'} what was deleted, renamed or moved: a machine that recovers finds it so`,
        ]),
    ...[...done.refused].map(([id, error]) => `  deal ${id} is left as it is: ${asCoded(error).message}; the next round tries again`),
    ...done.failures.map(failureLine),
    ...(done.withdrawn === 0n ? [] : [`Took ${showTokens(done.withdrawn)} of credit out into the wallet.`]),
  ];
};

/** The same for programs. */
export const tidyingJson = ({ refused, failures, forgotten, ...done }: TidyResult): Readonly<Record<string, unknown>> => ({
  ...done,
  forgotten: forgotten.map(({ id, name }) => ({ id, name })),
  refused: Object.fromEntries(
    [...refused].map(([id, error]) => {
      const { code, message } = asCoded(error);
      return [id, { code, message }];
    }),
  ),
  failures: failureJson(failures),
});

import { nameText, visibleLine } from '../../../core/visible-text.js';
import { asCoded } from '../../../core/errors/coded.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import type { ReleaseFailure, ReleaseResult } from '../../../renter/deals/release.js';
import type { UnreadableObject } from '../../../renter/deals/unreadable.js';
import { countText, showTokens } from '../../../core/amount-text.js';
import { showWait } from '../../amounts.js';
import { requireYes, yesOption } from '../../asking.js';
import type { CommandSpec } from '../../command.js';
import { endingLines } from './ending-lines.js';
import { narrate } from '../narration.js';
import { withRenter } from '../with-renter.js';
import { dealsOf } from '../submission.js';

/** What became of each deal, for people. */
export const releaseLines = ({ released, emptied, failures, period }: ReleaseResult): readonly string[] => [
  ...released.map(
    ({ deal, refund }) => `Cancelled ${deal}: ${showTokens(refund)} of escrow is credit now; "holdfast deals withdraw" pays it out.`,
  ),
  ...emptied.map(
    ({ deal, from, milliseconds }) =>
      `Emptied ${deal}, not yet cancelled: this is period ${period}; from period ${from} on, ${showWait(milliseconds)} from now, ` +
      `"holdfast deals cancel ${deal}" makes its escrow credit.`,
  ),
  ...failures.flatMap(failureLines),
];

const failureLines = ({ deal, error, canLeave }: ReleaseFailure): readonly string[] => [
  `Not cancelled ${deal}: ${error instanceof HoldfastError ? `${error.code}: ` : ''}${visibleLine(error.message)}.`,
  ...(error instanceof HoldfastError ? [`  ${error.remedy}`] : []),
  ...(canLeave ? [`  "holdfast deals leave ${deal}" ends it after its notice, and needs nobody's consent.`] : []),
];

/** The same for programs. `error` is there when a deal was not cancelled: the first one's, as a command that fails prints it. */
export const releaseJson = ({ released, emptied, failures, period }: ReleaseResult): Readonly<Record<string, unknown>> => {
  const told = failures.map(({ deal, provider, error }) => {
    const { code, message, remedy, data } = asCoded(error);
    return { deal, ...(provider && { provider }), code, message, remedy, data };
  });
  const [first] = told;
  return {
    period,
    emptied,
    cancelled: released.map(({ deal, refund, receipt }) => ({ deal, refund, transaction: receipt.hash, gasUsed: receipt.gasUsed })),
    failures: told,
    ...(first && { error: { code: first.code, message: first.message, remedy: first.remedy, data: first.data } }),
  };
};

export const command: CommandSpec = {
  arguments: [{ flags: '<deals...>', description: 'ids of the deals' }],
  options: [yesOption],
  examples: ['holdfast deals cancel 0x5c0f…', 'holdfast deals cancel 0x5c0f… 0x77aa… --yes'],
  run: async (call) => {
    const ids = dealsOf(call, '<deals...>');
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const { signal } = call;
      const before = await renter.unreadable({ signal });
      const names = newIn(await renter.unreadable({ without: ids, signal }), before);
      const ending = await endingLines(renter, ids);
      for (const line of [
        ...(ending.length === 0 ? [] : ['By agreement with its provider ends:', ...ending]),
        ...(names.length === 0 ? [] : [`Cannot be read back once these deals are cancelled: ${names.join(', ')}.`]),
      ])
        call.terminal.say(line);
      const what = countText(ids.length, 'deal');
      if (ending.length > 0) await requireYes(call, { ask: `Cancel ${what}`, what: `cancelling ${what}` });
      const result = await renter.release(ids, { signal, report }).finally(end);
      const lost = newIn(await renter.unreadable({ signal }), before);
      const lines = lost.length === 0 ? [] : [`Cannot be read back any more: ${lost.join(', ')}.`];
      return {
        text: [...releaseLines(result), ...lines],
        json: { ...releaseJson(result), lost },
        exitCode: result.failures.length === 0 ? 0 : 1,
      };
    });
  },
};

/** Quoted names of the objects in `after` that are not in `before`. */
const newIn = (after: readonly UnreadableObject[], before: readonly UnreadableObject[]): readonly string[] => {
  const known = new Set(before.map(({ object }) => object.id));
  return after.flatMap(({ object: { id, name } }) => (known.has(id) ? [] : [`"${nameText(name)}"`]));
};

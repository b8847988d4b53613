import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { dealId } from '../../core/units.js';
import type { ReleaseFailure, ReleaseResult } from '../../renter/deals/release.js';
import { showTokens, showWait } from '../amounts.js';
import { parseParameter, wordsOf, type CommandSpec } from '../command.js';
import { narrate, withRenter } from './renting.js';

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
  `Not cancelled ${deal}: ${error instanceof HoldfastError ? `${error.code}: ` : ''}${error.message}.`,
  ...(error instanceof HoldfastError ? [`  ${error.remedy}`] : []),
  ...(canLeave ? [`  "holdfast deals leave ${deal}" ends it after its notice, and needs nobody's consent.`] : []),
];

const codedOf = (error: Error): HoldfastError =>
  error instanceof HoldfastError ? error : new HoldfastError('INTERNAL', { detail: error.message }, { cause: error });

/** The same for programs. `error` is there when a deal was not cancelled: the first one's, as a command that fails prints it. */
export const releaseJson = ({ released, emptied, failures, period }: ReleaseResult): Readonly<Record<string, unknown>> => {
  const told = failures.map(({ deal, provider, error }) => {
    const { code, message, remedy, data } = codedOf(error);
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

export const cancel: CommandSpec = {
  path: ['deals', 'cancel'],
  summary: 'end deals with the consent of their providers: what they store is given up, unspent escrow becomes credit a period later',
  arguments: [{ flags: '<deals...>', description: 'ids of the deals' }],
  examples: ['holdfast deals cancel 0x5c0f…', 'holdfast deals cancel 0x5c0f… 0x77aa…'],
  run: async (call) => {
    const ids = wordsOf(call, 0).map((id) => parseParameter('<deals...>', id, 'deal ids: 0x and 64 hex digits', dealId));
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const result = await renter.release(ids, { signal: call.signal, report }).finally(end);
      return { text: releaseLines(result), json: releaseJson(result), exitCode: result.failures.length === 0 ? 0 : 1 };
    });
  },
};

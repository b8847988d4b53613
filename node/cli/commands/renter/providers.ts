import { systemClock } from '../../../app/clock.js';
import { countText } from '../../../core/amount-text.js';
import type { FailedCheck } from '../../../ports/upkeep-memory.js';
import { failuresLeft, forgottenAt, passedOverUntil } from '../../../renter/homes/decide-trust.js';
import type { CommandSpec } from '../../command.js';

const minute = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** What a failed check means now, for people. */
const checkLines = (failed: FailedCheck, now: number): readonly string[] => {
  const until = passedOverUntil(failed, now);
  const place = now < until ? `takes no new data until ${minute(until)}, and comes last then` : 'comes last for new data';
  return [
    `${failed.provider} failed ${failed.check} ${countText(failuresLeft(failed, now), 'time')}, last ${minute(failed.last)}`,
    `  ${place}, until ${minute(forgottenAt(failed))}`,
  ];
};

export const command: CommandSpec = {
  options: [],
  examples: ['holdfast renter providers', 'holdfast renter providers --json'],
  run: async (call) => {
    const { failedChecksOf } = await import('../../../app/failed-checks.js');
    const now = systemClock.now();
    const checks = (await failedChecksOf(await call.settings(), call.signal)).filter((failed) => failuresLeft(failed, now) > 0);
    return {
      text: checks.length === 0 ? ['No provider failed lately.'] : checks.flatMap((failed) => checkLines(failed, now)),
      json: {
        failed: checks.map((failed) => ({
          ...failed,
          times: failuresLeft(failed, now),
          passedOverUntil: passedOverUntil(failed, now),
          forgottenAt: forgottenAt(failed),
        })),
      },
    };
  },
};

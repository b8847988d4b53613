import { systemClock } from '../../../app/clock.js';
import type { Round } from '../../../app/renter-rounds.js';
import { count, showWait } from '../../amounts.js';
import type { Call, CommandSpec, Outcome } from '../../command.js';
import { wei } from '../../../core/units.js';
import { jsonLine } from '../../../app/json-text.js';
import type { RenterEvent } from '../../../renter/events.js';
import { readingOf, readingOption } from '../renting.js';
import { failedJson, failedLines, isWell, roundJson, roundLines } from './round-lines.js';
import { budgetOf, renewingOf, renewingOptions } from './renewing.js';

const DEFAULT_INTERVAL = 600;
const MOST_INTERVAL = 604_800;

/** Tells each round as it is over: lines for people, a line of JSON for programs. */
const tellRound = ({ terminal }: Call, round: Round): void => {
  if (terminal.json) terminal.print(jsonLine({ kind: 'round', ...roundJson(round) }));
  else roundLines(round).forEach(terminal.say);
};

const tellFailure = ({ terminal }: Call, error: unknown): void => {
  if (terminal.json) terminal.print(jsonLine({ kind: 'failed', ...failedJson(error) }));
  else failedLines(error).forEach(terminal.say);
};

/** Credit of at least so much goes to the wallet: a transaction costs gas. */
const WITHDRAW_FROM = wei(10n ** 18n);

/** What a round does, by the options given. */
const roundOf = ({ options, signal }: Call) => ({
  ...renewingOf(options),
  ...readingOf(options),
  budget: budgetOf(options) ?? wei(0n),
  withdrawFrom: WITHDRAW_FROM,
  signal,
});

const runOnce = async (call: Call): Promise<Outcome> => {
  const password = () => call.prompt.password('Password of the wallet');
  const report = (event: RenterEvent): void => {
    if (event.kind === 'healed')
      call.terminal.say(`  ${event.name}, slab ${event.slab}, shard ${event.shard}: made anew at ${event.provider}`);
    if (event.kind === 'renewed') call.terminal.say(`  deal ${event.deal} lasts through period ${event.end - 1}`);
  };
  const { performRound } = await import('../../../app/renter-rounds.js');
  const round = await performRound(await call.settings(), password, { ...roundOf(call), report });
  return { text: roundLines(round), json: roundJson(round), exitCode: isWell(round) ? 0 : 1 };
};

const runForEver = async (call: Call, seconds: number): Promise<Outcome> => {
  const settings = await call.settings();
  const round = roundOf(call);
  const password = await call.prompt.password('Password of the wallet');
  // A mistyped password is told at once, and not round after round.
  const { keystoreOf } = await import('../../../app/wallet-session.js');
  await keystoreOf(settings).unlock('wallet', password);
  call.terminal.say(`Looking after your files; ${showWait(seconds * 1000)} pass between two rounds.`);
  const { performRound, runRounds } = await import('../../../app/renter-rounds.js');
  await runRounds({
    perform: (signal) => performRound(settings, async () => password, { ...round, signal }),
    onRound: (one) => tellRound(call, one),
    onFailure: (error) => tellFailure(call, error),
    pause: seconds * 1000,
    clock: systemClock,
    signal: call.signal,
  });
  return { text: ['Stopped in good order.'], json: { stopped: true }, printed: true };
};

export const command: CommandSpec = {
  options: [
    { flags: '--once', description: 'one round, and end with 1 if something is left for you to do' },
    { flags: '--interval <seconds>', description: `seconds from the end of one round to the next (default: ${DEFAULT_INTERVAL})` },
    {
      flags: '--budget <tokens>',
      description: 'most tokens to pay in for renewals within 30 days (default: none, so that what needs some is told)',
    },
    ...renewingOptions,
    readingOption,
  ],
  examples: [
    'holdfast renter run --once --budget 25',
    'holdfast renter run --once --dry-run',
    'holdfast renter run --interval 3600 --budget 25 --max-egress 0.5 --password-file secret.txt',
  ],
  run: async (call) => {
    const seconds = call.options.parsed('interval', ...count(1, MOST_INTERVAL, ' of seconds')) ?? DEFAULT_INTERVAL;
    return call.options.flag('once') || call.options.flag('dryRun') ? await runOnce(call) : await runForEver(call, seconds);
  },
};

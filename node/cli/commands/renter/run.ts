import { systemClock } from '../../../app/clock.js';
import { performRound, runRounds, type Round } from '../../../app/renter-rounds.js';
import { keystoreOf } from '../../../app/wallet-session.js';
import { count, showWait } from '../../amounts.js';
import type { Call, CommandSpec, Outcome } from '../../command.js';
import { jsonLine } from '../../ledger/format.js';
import type { RenterEvent } from '../../../renter/events.js';
import { readingOf, readingOption } from '../renting.js';
import { failedJson, failedLines, roundJson, roundLines } from './round-lines.js';

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

const runOnce = async (call: Call): Promise<Outcome> => {
  const password = () => call.prompt.password('Password of the wallet');
  const report = (event: RenterEvent): void => {
    if (event.kind === 'healed')
      call.terminal.say(`  ${event.name}, slab ${event.slab}, shard ${event.shard}: made anew at ${event.provider}`);
  };
  const round = await performRound(await call.settings(), password, { ...readingOf(call.options), signal: call.signal, report });
  return { text: roundLines(round), json: roundJson(round), exitCode: round.healing.unhealed.length === 0 ? 0 : 1 };
};

const runForEver = async (call: Call, seconds: number): Promise<Outcome> => {
  const settings = await call.settings();
  const reading = readingOf(call.options);
  const password = await call.prompt.password('Password of the wallet');
  // A mistyped password is told at once, and not round after round.
  await keystoreOf(settings).unlock('wallet', password);
  call.terminal.say(`Looking after your files; ${showWait(seconds * 1000)} pass between two rounds.`);
  await runRounds({
    perform: (signal) => performRound(settings, async () => password, { ...reading, signal }),
    onRound: (round) => tellRound(call, round),
    onFailure: (error) => tellFailure(call, error),
    pause: seconds * 1000,
    clock: systemClock,
    signal: call.signal,
  });
  return { text: ['Stopped in good order.'], json: { stopped: true }, printed: true };
};

const run: CommandSpec = {
  path: ['renter', 'run'],
  summary: 'look after what you have stored: ask providers what they lost, make it anew and send it back',
  options: [
    { flags: '--once', description: 'one round, and end with 1 if something lost could not be made anew' },
    { flags: '--interval <seconds>', description: `seconds from the end of one round to the next (default: ${DEFAULT_INTERVAL})` },
    readingOption,
  ],
  examples: ['holdfast renter run --once', 'holdfast renter run --interval 3600 --max-egress 0.5 --password-file secret.txt'],
  run: async (call) => {
    const seconds = call.options.parsed('interval', ...count(1, MOST_INTERVAL, ' of seconds')) ?? DEFAULT_INTERVAL;
    return call.options.flag('once') ? await runOnce(call) : await runForEver(call, seconds);
  },
};

export const renterRunCommands: readonly CommandSpec[] = [run];

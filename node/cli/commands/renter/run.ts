import { nameText } from '../../../core/visible-text.js';
import { systemClock } from '../../../app/clock.js';
import type { Round } from '../../../app/renter-rounds.js';
import type { Acting } from '../../../app/renter-session.js';
import { count, showWait } from '../../amounts.js';
import type { Call, CommandSpec, Outcome } from '../../command.js';
import { jsonLine } from '../../../app/json-text.js';
import type { RenterEvent } from '../../../renter/events.js';
import { roundOf, roundOptions } from './looking-after.js';
import { failedJson, failedLines, isWell, roundJson, roundLines } from './round-lines.js';

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

/** Who acts: the session's keys, where there are some, and the wallet otherwise. */
const actingOf = async ({ options, settings }: Call): Promise<Exclude<Acting, 'reader'>> => {
  if (options.flag('wallet')) return 'wallet';
  const { sessionKeysOf } = await import('../../../app/keys/session-keys.js');
  return (await sessionKeysOf(await settings()).facts()) === undefined ? 'wallet' : 'session';
};

const askPassword = ({ prompt }: Call, acting: Acting): Promise<string> =>
  prompt.password(acting === 'session' ? 'Password of the session’s keys' : WALLET_QUESTION);

const WALLET_QUESTION = 'Password of the wallet';

const runOnce = async (call: Call): Promise<Outcome> => {
  const acting = await actingOf(call);
  const report = (event: RenterEvent): void => {
    if (event.kind === 'healed')
      call.terminal.say(`  ${nameText(event.name)}, slab ${event.slab}, shard ${event.shard}: made anew at ${event.provider}`);
    if (event.kind === 'renewed') call.terminal.say(`  deal ${event.deal} lasts through period ${event.end - 1}`);
  };
  const options = { ...(await roundOf(call)), report };
  const { performRound } = await import('../../../app/renter-rounds.js');
  const password = acting === 'session' ? () => askPassword(call, acting) : call.prompt.unlocking(WALLET_QUESTION);
  const round = await performRound(await call.settings(), password, acting, options);
  return { text: roundLines(round), json: roundJson(round), exitCode: isWell(round) ? 0 : 1 };
};

/** The password of whoever acts: a mistyped one is told at once, and not round after round. */
const checkedPassword = async (call: Call, acting: Acting): Promise<string> => {
  const settings = await call.settings();
  const password = await askPassword(call, acting);
  if (acting === 'session') {
    const { sessionKeysOf } = await import('../../../app/keys/session-keys.js');
    await sessionKeysOf(settings).unlock(password);
  } else {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    await keystoreOf(settings).unlock('wallet', password);
  }
  return password;
};

const runForEver = async (call: Call, seconds: number): Promise<Outcome> => {
  const settings = await call.settings();
  const options = await roundOf(call);
  const acting = await actingOf(call);
  const password = await checkedPassword(call, acting);
  const who = acting === 'session' ? 'with the session’s keys and the purse' : 'with the wallet';
  call.terminal.say(`Looking after your files ${who}; ${showWait(seconds * 1000)} pass between two rounds.`);
  const { performRound, runRounds } = await import('../../../app/renter-rounds.js');
  await runRounds({
    perform: (signal) => performRound(settings, async () => password, acting, { ...options, signal }),
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
    { flags: '--once', description: 'one round, and end with 1 if something failed or could not be done' },
    { flags: '--interval <seconds>', description: `seconds from the end of one round to the next (default: ${DEFAULT_INTERVAL})` },
    { flags: '--wallet', description: 'act with the wallet, though "renter purse" made keys that act without it' },
    ...roundOptions,
  ],
  examples: [
    'holdfast renter run --once --budget 25',
    'holdfast renter run --once --dry-run',
    'holdfast renter run --interval 3600 --budget 25 --max-egress 0.5 --password-file secret.txt',
    'holdfast renter run --budget 25 --announce-command \'["mail","-s","Holdfast","me@example.org"]\'',
  ],
  run: async (call) => {
    const seconds = call.options.parsed('interval', ...count(1, MOST_INTERVAL, ' of seconds')) ?? DEFAULT_INTERVAL;
    return call.options.flag('once') || call.options.flag('dryRun') ? await runOnce(call) : await runForEver(call, seconds);
  },
};

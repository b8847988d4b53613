import { askDaemon, type DaemonAnswer } from '../../../app/http/client.js';
import { foldersOf } from '../../../app/settings/folders.js';
import { createLog } from '../../../app/log.js';
import { keystoreOf, openReader } from '../../../app/wallet-session.js';
import { HoldfastError, isHoldfastError } from '../../../core/errors/holdfast-error.js';
import { showTokens } from '../../../core/amount-text.js';
import { showLeaves } from '../../amounts.js';
import type { Call, CommandSpec } from '../../command.js';
import { CLAIMED_EPOCHS, rewardsOf } from './rewards.js';

const run: CommandSpec = {
  path: ['provider', 'run'],
  summary: 'run the provider until it is told to stop (Ctrl-C, SIGTERM)',
  options: [{ flags: '--log-level <level>', description: 'debug, info, warn or alarm (default: info); lines go to standard error' }],
  examples: ['holdfast provider run', 'holdfast provider run --password-file secret.txt'],
  run: async (call) => {
    const settings = await call.settings();
    const level = call.options.parsed('logLevel', 'debug, info, warn or alarm', (text) => {
      if (text === 'debug' || text === 'info' || text === 'warn' || text === 'alarm') return text;
      throw new TypeError('no such level');
    });
    const log = createLog({ ...(level && { level }), base: { daemon: 'provider' } });
    const password = await call.prompt.password('Password of the keys');
    const { runProviderDaemon } = await import('../../../app/provider-daemon.js');
    await runProviderDaemon({
      settings,
      password,
      log,
      signal: call.signal,
      onReady: ({ provider, addresses, api }) => {
        call.terminal.say(`Provider ${provider} is up.`);
        addresses.forEach((address) => {
          call.terminal.say(`  reachable at ${address}`);
        });
        call.terminal.say(`  local API at ${api}; "holdfast provider status" asks it`);
      },
    });
    return { text: ['Stopped in good order.'], json: { stopped: true } };
  },
};

const status: CommandSpec = {
  path: ['provider', 'status'],
  summary: 'show how the provider stands: daemon, audits, deals, money',
  examples: ['holdfast provider status', 'holdfast provider status --json'],
  run: async (call) => {
    const settings = await call.settings();
    const provider = settings.provider.owner ?? (await keystoreOf(settings).addressOf('wallet'));
    await using session = await openReader(settings, call.signal);
    const sheet = await session.reader.provider(provider, call.signal);
    if (sheet === undefined) throw new HoldfastError('NOT_REGISTERED', { provider });
    const rewards = await rewardsOf(session.reader, provider, CLAIMED_EPOCHS, call.signal);
    const owed = rewards.owed.reduce((sum, { reward }) => sum + reward, 0n);
    const daemon = await daemonStatus(call, foldersOf(settings).daemonFile);
    return {
      text: [
        `Provider ${provider}`,
        `  stake ${showTokens(sheet.stake)}, of it locked ${showTokens(sheet.locked)} and lockable ${showTokens(sheet.lockLimit)}; credit ${showTokens(sheet.credit)}`,
        `  last proven period ${sheet.lastProven}, decided through ${sheet.decided}${sheet.frozen ? '; a proof is due now' : ''}`,
        `  rewards ${showTokens(owed)} to claim, ${showTokens(rewards.running.reward)} so far in epoch ${rewards.running.epoch}`,
        ...(daemon === undefined
          ? ['  the daemon is not running: "holdfast provider run"']
          : [
              `  ${daemon.deals} deals of at most ${daemon.mostDeals}, ${showLeaves(daemon.leavesHeld)} stored, ${showLeaves(daemon.freeLeaves)} free`,
              `  egress ${showTokens(daemon.egress.promised)} promised for reads of open deals, of it ${showTokens(daemon.egress.unredeemed)} to redeem`,
              ...challengeLines(daemon.challenges),
              daemon.alarms.length === 0
                ? '  no alarms'
                : `  ${daemon.alarms.length} alarms, the last: ${daemon.alarms.at(-1)?.event ?? ''}`,
            ]),
      ],
      json: { provider, sheet, rewards, daemon: daemon ?? null },
    };
  },
};

/** How many challenges are open, and by when the first of them must be answered. */
const challengeLines = (challenges: DaemonAnswer['challenges']): readonly string[] => {
  if (challenges.length === 0) return [];
  const soonest = Math.min(...challenges.map(({ expires }) => expires));
  return [`  ${challenges.length} challenges open, the first to be answered before block ${soonest}`];
};

const daemonStatus = async (call: Call, file: string) => {
  try {
    return await askDaemon(file, call.signal);
  } catch (error) {
    if (isHoldfastError(error, 'DAEMON_NOT_RUNNING')) return undefined;
    throw error;
  }
};

export const providerRunCommands: readonly CommandSpec[] = [run, status];

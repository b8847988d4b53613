import { PASSING_ERRORS } from '../../../app/await-chain.js';
import type { Settings } from '../../../app/settings/config.js';
import { foldersOf } from '../../../app/settings/folders.js';
import { showTokens } from '../../../core/amount-text.js';
import { HoldfastError, isHoldfastError } from '../../../core/errors/holdfast-error.js';
import type { Address } from '../../../core/units.js';
import type { Call, CommandSpec } from '../../command.js';
import { registeredProvider } from './registered.js';
import { CLAIMED_EPOCHS, rewardsOf } from './rewards.js';
import { daemonLines, sheetLines } from './standing.js';

/** What the chain says of the provider. */
const readSheet = async (call: Call, settings: Settings, provider: Address) => {
  const { openReader } = await import('../../../app/wallet-session.js');
  await using session = await openReader(settings, call.signal);
  const sheet = await registeredProvider(session.reader, provider, call.signal);
  const rewards = await rewardsOf(session.reader, provider, CLAIMED_EPOCHS, call.signal);
  return { sheet, rewards };
};

/** The same, or why an RPC does not tell. */
const trySheet = async (call: Call, settings: Settings, provider: Address) => {
  try {
    return await readSheet(call, settings, provider);
  } catch (error) {
    if (isHoldfastError(error, ...PASSING_ERRORS)) return error;
    throw error;
  }
};

const rewardLine = ({ owed, running }: Awaited<ReturnType<typeof rewardsOf>>): string => {
  const claimable = owed.reduce((sum, { reward }) => sum + reward, 0n);
  return `  rewards ${showTokens(claimable)} to claim, ${showTokens(running.reward)} so far in epoch ${running.epoch}`;
};

export const command: CommandSpec = {
  examples: ['holdfast provider status', 'holdfast provider status --json'],
  run: async (call) => {
    const settings = await call.settings();
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const provider = settings.provider.owner ?? (await keystoreOf(settings).addressOf('wallet'));
    const chain = await trySheet(call, settings, provider);
    const daemon = await daemonStatus(call, foldersOf(settings).daemonFile);
    const missing = chain instanceof HoldfastError;
    if (missing && daemon === undefined) throw chain;
    return {
      text: [
        `Provider ${provider}`,
        ...(missing ? [`  ${chain.message}`, `    → ${chain.remedy}`] : [...sheetLines(chain.sheet), rewardLine(chain.rewards)]),
        ...(daemon === undefined ? ['  the daemon is not running: "holdfast provider run"'] : daemonLines(daemon)),
      ],
      json: { provider, ...(missing ? { chain: chain.code } : chain), daemon: daemon ?? null },
    };
  },
};

const daemonStatus = async (call: Call, file: string) => {
  try {
    const { askDaemon } = await import('../../../app/http/client.js');
    return await askDaemon(file, call.signal);
  } catch (error) {
    if (isHoldfastError(error, 'DAEMON_NOT_RUNNING')) return undefined;
    throw error;
  }
};

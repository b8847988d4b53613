import { foldersOf } from '../../app/settings/folders.js';
import { countText } from '../../core/amount-text.js';
import { count } from '../amounts.js';
import type { CommandSpec } from '../command.js';

const DEFAULT_MINUTES = 15;
const MOST_MINUTES = 1_440;

export const command: CommandSpec = {
  options: [{ flags: '--minutes <count>', description: `minutes until it is locked again, up to a day (default: ${DEFAULT_MINUTES})` }],
  examples: ['holdfast unlock', 'holdfast unlock --minutes 60'],
  run: async (call) => {
    const minutes = call.options.parsed('minutes', ...count(1, MOST_MINUTES, ' of minutes')) ?? DEFAULT_MINUTES;
    const { keystoreOf } = await import('../../app/wallet-session.js');
    const { spawnAgent } = await import('../../app/agent/spawn-agent.js');
    const settings = await call.settings();
    const keystore = keystoreOf(settings);
    const address = await keystore.addressOf('wallet');
    const key = await keystore.unlock('wallet', await call.prompt.password('Password of the wallet'));
    const until = Date.now() + minutes * 60_000;
    const pid = await spawnAgent(foldersOf(settings).keys, key, until, call.signal);
    return {
      text: [
        `Wallet ${address} is unlocked for ${countText(minutes, 'minute')}: commands of this home ask for no password.`,
        'Every program that you run can use it meanwhile. "holdfast lock" ends it.',
      ],
      json: { address, until, pid },
    };
  },
};

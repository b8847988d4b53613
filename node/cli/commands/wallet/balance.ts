import { showCoins, showTokens } from '../../../core/amount-text.js';
import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  examples: ['holdfast wallet balance', 'holdfast wallet balance --json'],
  run: async (call) => {
    const { keystoreOf, openReader } = await import('../../../app/wallet-session.js');
    const settings = await call.settings();
    const account = await keystoreOf(settings).addressOf('wallet');
    await using session = await openReader(settings, call.signal);
    const { coin, token, credit, allowance } = await session.reader.balances(account, call.signal);
    return {
      text: [
        `${account}`,
        `  gas       ${showCoins(coin)}`,
        `  tokens    ${showTokens(token)}`,
        `  credit    ${showTokens(credit)}   (in the market; "holdfast deals withdraw" pays it out)`,
        `  allowance ${showTokens(allowance)}   (what the vault may still take)`,
      ],
      json: { address: account, coin, token, credit, allowance },
    };
  },
};

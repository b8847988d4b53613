import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  examples: ['holdfast wallet address'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const account = await keystoreOf(await call.settings()).addressOf('wallet');
    return { text: [account], json: { address: account } };
  },
};

import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  examples: ['holdfast wallet new', 'holdfast wallet new --home ./alice --password-file secret.txt'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const account = await keystore.create('wallet', await call.prompt.newPassword('New password for the wallet'));
    return {
      text: [`Your wallet is ${account}.`, 'Back up the folder of keys and the password: nobody can restore them for you.'],
      json: { address: account },
    };
  },
};

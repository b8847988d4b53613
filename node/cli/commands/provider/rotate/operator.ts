import { coins } from '../../../amounts.js';
import type { CommandSpec } from '../../../command.js';
import { registeredProvider } from '../registered.js';

export const command: CommandSpec = {
  options: [
    {
      flags: '--operator-coin <amount>',
      description: 'coin that the new key, which pays for proofs, is to have: what is missing is sent before the key is named',
    },
  ],
  examples: ['holdfast provider rotate operator --operator-coin 0.2'],
  run: async (call) => {
    const coin = call.options.parsed('operatorCoin', ...coins('0.2'));
    const { keystoreOf, openWallet } = await import('../../../../app/wallet-session.js');
    const { rotateOperator } = await import('../../../../app/operator-rotation.js');
    const settings = await call.settings();
    const password = await call.prompt.password('Password of the keys');
    await using session = await openWallet(settings, () => Promise.resolve(password), call.signal);
    const { settlement } = session;
    const { provider } = await registeredProvider(settlement.agreed, settlement.account, call.signal);
    const {
      operator: now,
      former,
      changes,
    } = await rotateOperator({ keystore: keystoreOf(settings), settlement, password, coin, signal: call.signal });
    return {
      text: [
        `The operator of provider ${provider} is ${now} now; it was ${former}.`,
        '  a daemon of this home folder takes the new key up by itself, within seconds; anywhere else, start it with this key',
        `  the former key is in the folder of keys, as operator-${former}.json, and keeps what coin it has`,
      ],
      json: { provider, operator: now, former, transactions: changes.map(({ receipt }) => receipt.hash) },
    };
  },
};

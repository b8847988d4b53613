import { showCoins, showTokens } from '../../../core/amount-text.js';
import { addressReading, coins } from '../../amounts.js';
import { parseParameter, wordOf, type CommandSpec } from '../../command.js';
import { amountOf, withWallet } from '../submission.js';

const someCoins = coins('1.5', 1n);

export const command: CommandSpec = {
  arguments: [
    { flags: '<to>', description: 'address that receives' },
    { flags: '<amount>', description: 'how much, such as 1.5' },
  ],
  options: [{ flags: '--coin', description: "send the chain's own coin instead of tokens" }],
  examples: [
    'holdfast wallet send 0x52908400098527886E0F7030069857D2E4169EE7 25',
    'holdfast wallet send 0x52908400098527886E0F7030069857D2E4169EE7 0.1 --coin',
  ],
  run: async (call) => {
    const to = parseParameter('<to>', wordOf(call, 0), ...addressReading);
    const coin = call.options.flag('coin');
    const action = coin
      ? ({ kind: 'sendCoin', to, amount: parseParameter('<amount>', wordOf(call, 1), ...someCoins) } as const)
      : ({ kind: 'sendToken', to, amount: amountOf(call, 1) } as const);
    const receipt = await withWallet(call, async ({ settlement }) => await settlement.submit(action, { signal: call.signal }));
    const { amount } = action;
    return {
      text: [`Sent ${coin ? showCoins(amount) : showTokens(amount)} to ${to} in block ${receipt.block}, transaction ${receipt.hash}.`],
      json: { to, amount, coin, transaction: receipt.hash, block: receipt.block, fee: receipt.fee },
    };
  },
};

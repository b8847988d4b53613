import { rotateOperator } from '../../../app/operator-rotation.js';
import { keystoreOf, openWallet } from '../../../app/wallet-session.js';
import { handOver } from '../../../app/owner-handover.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { showTokens } from '../../../core/amount-text.js';
import type { CommandSpec } from '../../command.js';
import { coins } from '../../amounts.js';
import { recipientOf, withWallet } from '../submission.js';
import { registeredProvider } from './registered.js';

const operator: CommandSpec = {
  path: ['provider', 'rotate', 'operator'],
  summary: "give the provider another operator key, by the owner's wallet; a running daemon takes it up",
  options: [
    {
      flags: '--operator-coin <amount>',
      description: 'coin that the new key, which pays for proofs, is to have: what is missing is sent before the key is named',
    },
  ],
  examples: ['holdfast provider rotate operator --operator-coin 0.2'],
  run: async (call) => {
    const coin = call.options.parsed('operatorCoin', ...coins('0.2'));
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

const owner: CommandSpec = {
  path: ['provider', 'rotate', 'owner'],
  summary: 'move to another owner what can be moved now: free stake and credit; no new deals are taken',
  options: [{ flags: '--to <address>', description: 'the new owner, who sets a provider of its own up' }],
  examples: ['holdfast provider rotate owner --to 0x52908400098527886E0F7030069857D2E4169EE7'],
  run: async (call) => {
    const to = recipientOf(call);
    if (to === undefined) throw new HoldfastError('OPTION_MISSING', { option: '--to', expected: 'the address of the new owner' });
    return await withWallet(call, async ({ settlement }) => {
      await registeredProvider(settlement.agreed, settlement.account, call.signal);
      const { provider, paid, stake, locked, total, changes } = await handOver(settlement, to, call.signal);
      const isOver = total === 0n;
      return {
        text: [
          `Paid ${showTokens(paid)} to ${to}; provider ${provider} takes no new deals.`,
          '  the contracts name a provider by its owner for good: the new one registers another with "holdfast provider init", in a home folder of its own',
          isOver
            ? '  nothing is stored here any more: this daemon can be stopped'
            : `  ${showTokens(locked)} of stake stay locked until the deals end: let this daemon run, which proves them, and give this command again then`,
        ],
        json: { provider, to, paid, stake, locked, done: isOver, transactions: changes.map(({ receipt }) => receipt.hash) },
      };
    });
  },
};

export const providerRotateCommands: readonly CommandSpec[] = [operator, owner];

import { sameAsk } from '../../../app/decide-setup.js';
import { showTokens } from '../../../core/amount-text.js';
import { monthlyUp } from '../../../core/market/monthly-price.js';
import type { CommandSpec } from '../../command.js';
import { submitAndTell, withWallet } from '../submission.js';
import { askFrom, askOptions } from './ask-options.js';
import { registeredProvider } from './registered.js';

export const command: CommandSpec = {
  options: askOptions,
  examples: ['holdfast provider ask', 'holdfast provider ask --price 0.6 --max-deal 2TiB'],
  run: async (call) => {
    const { keystoreOf, openReader } = await import('../../../app/wallet-session.js');
    const settings = await call.settings();
    await using session = await openReader(settings, call.signal);
    const provider = await keystoreOf(settings).addressOf('wallet');
    const sheet = await registeredProvider(session.reader, provider, call.signal);
    const pace = { parameters: session.reader.parameters, blockMilliseconds: await session.blockMilliseconds() };
    const next = askFrom(call.options, sheet.ask, pace);
    const text = `Asking ${showTokens(monthlyUp(next.price, pace.parameters, pace.blockMilliseconds))} per GiB-month`;
    if (sameAsk(next, sheet.ask)) return { text: [text], json: { provider, ask: next } };
    return await withWallet(
      call,
      async (wallet) => await submitAndTell(wallet, call, { kind: 'setAsk', provider, ask: next }, { text, json: { provider, ask: next } }),
    );
  },
};

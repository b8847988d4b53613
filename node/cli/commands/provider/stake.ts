import { ensureAllowance } from '../../../app/allowance.js';
import { showTokens } from '../../../core/amount-text.js';
import { nextLockLimit } from '../../../core/market/lock-limit.js';
import { MAX_STAKE, wei } from '../../../core/units.js';
import type { CommandSpec } from '../../command.js';
import { amountArgument, amountOf, someTokens, submitAndTell, withWallet } from '../submission.js';
import { lockLimitOf, lockLimitOption } from './lock-limit.js';
import { registeredProvider } from './registered.js';
import { limitLines } from './standing.js';

export const command: CommandSpec = {
  arguments: [amountArgument],
  options: [lockLimitOption],
  examples: ['holdfast provider stake 250', 'holdfast provider stake 250 --lock-limit 200'],
  run: async (call) => {
    const amount = amountOf(call, 0, someTokens(MAX_STAKE));
    const chosen = lockLimitOf(call.options);
    return await withWallet(call, async (session) => {
      const { settlement } = session;
      const provider = settlement.account;
      const sheet = await registeredProvider(settlement.agreed, provider, call.signal);
      const limit = chosen ?? nextLockLimit(sheet, amount, settlement.parameters);
      await ensureAllowance(settlement, amount, call.signal);
      const text = `Staked ${showTokens(amount)}`;
      // The limit first: what a crash leaves half done can be given again, and the stake, which must not be paid twice, comes last.
      if (limit !== sheet.lockLimit) await settlement.submit({ kind: 'setLockLimit', provider, limit }, { signal: call.signal });
      const staked = await submitAndTell(session, call, { kind: 'stake', provider, amount }, { text, json: { amount } });
      const lines = limitLines({ ...sheet, stake: wei(sheet.stake + amount), lockLimit: limit });
      return { ...staked, text: [...staked.text, ...lines], json: { ...staked.json, lockLimit: limit } };
    });
  },
};

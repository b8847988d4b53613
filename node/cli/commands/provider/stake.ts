import { ensureAllowance } from '../../../app/allowance.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { nextLockLimit } from '../../../core/market/lock-limit.js';
import { MAX_STAKE, wei } from '../../../core/units.js';
import { showTokens } from '../../../core/amount-text.js';
import { count } from '../../amounts.js';
import { parseParameter, wordsOf, type CommandSpec } from '../../command.js';
import { limitCommand, lockLimitOf, lockLimitOption } from './lock-limit.js';
import { registeredProvider } from './registered.js';
import { limitLines } from './standing.js';
import { CLAIMED_EPOCHS, rewardsOf } from './rewards.js';
import { amountArgument, amountOf, dealArgument, dealOf, someTokens, submitAndTell, withdrawCredit, withWallet } from '../submission.js';

const stake: CommandSpec = {
  path: ['provider', 'stake'],
  summary: 'add stake: collateral for the deals you take',
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

const unstake: CommandSpec = {
  path: ['provider', 'unstake'],
  summary: 'take free stake back, as credit in the market',
  arguments: [amountArgument],
  examples: ['holdfast provider unstake 100'],
  run: async (call) => {
    const amount = amountOf(call);
    const text = `Freed ${showTokens(amount)}; "holdfast provider withdraw" pays it out`;
    return await withWallet(call, async (session) => {
      await registeredProvider(session.settlement.agreed, session.settlement.account, call.signal);
      return await submitAndTell(session, call, { kind: 'unstake', amount }, { text, json: { amount } });
    });
  },
};

const withdraw: CommandSpec = {
  path: ['provider', 'withdraw'],
  summary: 'pay out rent and freed stake',
  arguments: [{ flags: '[amount]', description: 'tokens; all credit if left out' }],
  options: [{ flags: '--to <address>', description: 'where to pay; the wallet itself if left out' }],
  examples: ['holdfast provider withdraw', 'holdfast provider withdraw 12.5 --to 0x52908400098527886E0F7030069857D2E4169EE7'],
  run: withdrawCredit,
};

const forfeit: CommandSpec = {
  path: ['provider', 'forfeit'],
  summary: 'give a deal up: its collateral and unspent escrow go to the renter',
  arguments: [dealArgument],
  examples: ['holdfast provider forfeit 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withWallet(call, async (session) => {
      const { settlement } = session;
      const found = await settlement.agreed.deal(deal, call.signal);
      if (found?.provider !== settlement.account) throw new HoldfastError('NOT_PARTY', { deal, caller: settlement.account });
      return await submitAndTell(session, call, { kind: 'forfeit', deal }, { text: `Forfeited ${deal}`, json: { deal } });
    });
  },
};

const claim: CommandSpec = {
  path: ['provider', 'claim'],
  summary: "claim the reward pool's share of past epochs; the daemon does so by itself when it is worth the gas",
  arguments: [{ flags: '[epochs...]', description: `numbers of epochs; all of the last ${CLAIMED_EPOCHS} that owe something if left out` }],
  examples: ['holdfast provider claim', 'holdfast provider claim 3 4'],
  run: async (call) => {
    const named = wordsOf(call, 0).map((word) => parseParameter('[epochs...]', word, ...count(0)));
    return await withWallet(call, async (session) => {
      const { settlement } = session;
      const { account } = settlement;
      const { owed } = await rewardsOf(settlement.agreed, account, CLAIMED_EPOCHS, call.signal);
      const epochs = named.length > 0 ? named : owed.map(({ epoch }) => epoch);
      if (epochs.length === 0) return { text: ['Nothing to claim.'], json: { epochs, reward: 0n } };
      const rewards = await settlement.agreed.rewards(account, epochs, call.signal);
      const reward = rewards.reduce((sum, each) => sum + each, 0n);
      const text = `Claimed ${showTokens(reward)} of epochs ${epochs.join(', ')}`;
      return await submitAndTell(session, call, { kind: 'claim', provider: account, epochs }, { text, json: { epochs, reward } });
    });
  },
};

export const providerStakeCommands: readonly CommandSpec[] = [stake, limitCommand, unstake, withdraw, forfeit, claim];

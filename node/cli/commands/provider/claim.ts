import { showTokens } from '../../../core/amount-text.js';
import { count } from '../../amounts.js';
import { parseParameter, wordsOf, type CommandSpec } from '../../command.js';
import { submitAndTell, withWallet } from '../submission.js';
import { CLAIMED_EPOCHS, rewardsOf } from './rewards.js';

export const command: CommandSpec = {
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

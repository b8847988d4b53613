import { showTokens } from '../../../core/amount-text.js';
import type { ChallengeEnd } from '../../../renter/deals/challenges.js';
import type { CommandSpec } from '../../command.js';
import { narrate } from '../narration.js';
import { withRenter } from '../with-renter.js';
import { dealArgument, dealOf, told } from '../submission.js';

const endings: Readonly<Record<ChallengeEnd['kind'], string>> = {
  answered: 'Answered: the provider holds the data. The bond is spent.',
  expired: 'Not answered in time: the deal is closed.',
  forfeited: 'The provider gave the deal up: it is closed.',
  defaulted: 'The provider defaulted: the deal is closed.',
};

const challengeEndLines = ({ kind, refund, collateral }: ChallengeEnd, bond: bigint): readonly string[] => [
  endings[kind],
  ...(kind === 'answered'
    ? []
    : [
        `  ${showTokens(refund)} of escrow, ${showTokens(collateral)} of collateral and the bond of ${showTokens(bond)} are credit now.`,
        '  "holdfast repair" makes anew what the deal stored; "holdfast deals withdraw" pays the credit out.',
      ]),
];

export const command: CommandSpec = {
  arguments: [dealArgument],
  options: [{ flags: '--wait', description: 'follow it to the end, and close the deal if nobody has answered in time' }],
  examples: ['holdfast deals challenge 0x5c0f…', 'holdfast deals challenge 0x5c0f… --wait'],
  run: async (call) => {
    const deal = dealOf(call);
    const { report, end: endReport } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const task = { signal: call.signal, report };
      const opened = await renter.challenge(deal, task).finally(endReport);
      const { bond, provider, expires, receipt } = opened;
      const line = `Challenged ${deal} for a bond of ${showTokens(bond)}; its provider has until block ${expires} to answer`;
      const started = told(receipt, line, { deal, provider, bond, expires });
      if (!call.options.flag('wait')) {
        const later = 'If nobody answers, the next "holdfast repair" or "holdfast put" closes the deal; anybody else may, too.';
        return { ...started, text: [...started.text, later] };
      }
      started.text.forEach((text) => {
        call.terminal.say(text);
      });
      const end = await renter.awaitChallenge(opened, task);
      return { text: challengeEndLines(end, bond), json: { ...started.json, end } };
    });
  },
};

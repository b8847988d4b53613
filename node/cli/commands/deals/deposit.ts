import { showTokens } from '../../../core/amount-text.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { MAX_ESCROW, type DealId, type Wei } from '../../../core/units.js';
import { parseParameter, wordsOf, type Call, type CommandSpec, type Outcome } from '../../command.js';
import { withRenter } from '../with-renter.js';
import { amountArgument, amountOf, dealArgument, dealOf, dealReading, someTokens, told } from '../submission.js';

interface Wanted {
  readonly deal: DealId;
  readonly amount: Wei;
}

/** Deals and amounts in turn. */
const wantedOf = (call: Call): readonly Wanted[] => {
  const reading = someTokens(MAX_ESCROW);
  const words = wordsOf(call, 2);
  const rest = words.flatMap((word, index): Wanted[] => {
    if (index % 2 === 1) return [];
    const amount = words[index + 1];
    if (amount === undefined) throw new HoldfastError('OPTION_MISSING', { option: '<amount>', expected: `tokens for ${word}` });
    return [{ deal: parseParameter('<deal>', word, ...dealReading), amount: parseParameter('<amount>', amount, ...reading) }];
  });
  return [{ deal: dealOf(call), amount: amountOf(call, 1, reading) }, ...rest];
};

export const command: CommandSpec = {
  arguments: [dealArgument, amountArgument, { flags: '[more...]', description: 'more deals and amounts, in turn' }],
  options: [{ flags: '--reads', description: 'let reads be paid with it, too; without, it is for rent' }],
  examples: [
    'holdfast deals deposit 0x5c0f… 25',
    'holdfast deals deposit 0x5c0f… 0.5 --reads',
    'holdfast deals deposit 0x5c0f… 0.5 0x77aa… 2',
  ],
  run: async (call) => {
    const wanted = wantedOf(call);
    const forReads = call.options.flag('reads');
    return await withRenter(call, async ({ renter }) => {
      const done: Outcome[] = [];
      for (const { deal, amount } of wanted) {
        const { receipt, maxEgress } = await renter.deposit(deal, amount, { forReads, signal: call.signal });
        const added = told(receipt, `Added ${showTokens(amount)} to the escrow of ${deal}`, { deal, amount, forReads, maxEgress });
        const bound = `  vouchers may take ${showTokens(maxEgress)} of it in all now: that much a stolen session key can cost`;
        // Said as it comes: where a later one fails, it is known what was paid.
        for (const line of forReads ? [...added.text, bound] : added.text) call.terminal.say(line);
        done.push(added);
      }
      return { text: [], json: { ...done[0]?.json, deposits: done.map(({ json }) => json) } };
    });
  },
};

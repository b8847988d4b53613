import { keystoreOf, openReader } from '../../app/wallet-session.js';
import { MAX_ESCROW } from '../../core/units.js';
import type { Receipt } from '../../ports/settlement.js';
import type { ChallengeEnd } from '../../renter/deals/challenges.js';
import { showTokens } from '../../core/amount-text.js';
import type { CommandSpec, Outcome } from '../command.js';
import { cancel } from './cancel.js';
import { challengeOf, dealLines } from './deal-lines.js';
import { listing } from './deal-listing.js';
import { momentOf } from './moment.js';
import { narrate, withRenter } from './renting.js';
import { amountArgument, amountOf, dealArgument, dealOf, someTokens, withdrawCredit } from './submission.js';

const list: CommandSpec = {
  path: ['deals'],
  summary: 'list your deals as they stand now, with rent taken up to the present period',
  options: [{ flags: '--all', description: 'show closed deals too' }],
  examples: ['holdfast deals', 'holdfast deals --all --json'],
  run: async (call) => {
    const settings = await call.settings();
    const account = await keystoreOf(settings).addressOf('wallet');
    await using session = await openReader(settings, call.signal);
    const ids = await session.reader.dealIdsOf('renter', account, call.signal);
    const moment = await momentOf(session, call.signal);
    const found = (await session.reader.dealsNow(ids, call.signal)).filter((deal) => deal !== undefined);
    const shown = call.options.flag('all') ? found : found.filter((deal) => deal.status !== 'closed');
    const empty = 'No deals yet: "holdfast put FILE" opens them.';
    const told = await Promise.all(shown.map(async (deal) => ({ deal, challenge: await challengeOf(session.reader, deal, call.signal) })));
    return {
      text:
        told.length === 0
          ? [empty]
          : [`This is period ${moment.now}.`, ...told.flatMap(({ deal, challenge }) => dealLines(deal, challenge, moment))],
      json: { account, period: moment.now, deals: told.map(({ deal, challenge }) => ({ ...deal, ...(challenge && { challenge }) })) },
    };
  },
};

const told = (receipt: Receipt, text: string, json: Outcome['json']): Outcome => ({
  text: [`${text} (block ${receipt.block}, transaction ${receipt.hash})`],
  json: { ...json, transaction: receipt.hash, block: receipt.block, gasUsed: receipt.gasUsed, fee: receipt.fee },
});

const close: CommandSpec = {
  path: ['deals', 'close'],
  summary: 'close a deal that is over, or whose provider defaulted; what is left becomes credit',
  arguments: [dealArgument],
  examples: ['holdfast deals close 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withRenter(call, async ({ renter }) =>
      told(await renter.closeDeal(deal, { signal: call.signal }), `Closed ${deal}`, { deal }),
    );
  },
};

const leave: CommandSpec = {
  path: ['deals', 'leave'],
  summary: 'end a deal after its notice, whatever the provider does',
  arguments: [dealArgument],
  examples: ['holdfast deals leave 0x5c0f…'],
  run: async (call) => {
    const deal = dealOf(call);
    return await withRenter(call, async ({ renter }) =>
      told(await renter.leave(deal, { signal: call.signal }), `Gave notice to ${deal}`, { deal }),
    );
  },
};

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

const challenge: CommandSpec = {
  path: ['deals', 'challenge'],
  summary: 'have the provider prove that it holds a deal, in the next window, for a bond',
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

const deposit: CommandSpec = {
  path: ['deals', 'deposit'],
  summary: 'add to the escrow of a deal',
  arguments: [dealArgument, amountArgument],
  options: [{ flags: '--reads', description: 'let reads be paid with it, too; without, it is for rent' }],
  examples: ['holdfast deals deposit 0x5c0f… 25', 'holdfast deals deposit 0x5c0f… 0.5 --reads'],
  run: async (call) => {
    const deal = dealOf(call);
    const amount = amountOf(call, 1, someTokens(MAX_ESCROW));
    const forReads = call.options.flag('reads');
    return await withRenter(call, async ({ renter }) => {
      const { receipt, maxEgress } = await renter.deposit(deal, amount, { forReads, signal: call.signal });
      const added = told(receipt, `Added ${showTokens(amount)} to the escrow of ${deal}`, { deal, amount, forReads, maxEgress });
      const bound = `  vouchers may take ${showTokens(maxEgress)} of it in all now: that much a stolen session key can cost`;
      return forReads ? { ...added, text: [...added.text, bound] } : added;
    });
  },
};

const withdraw: CommandSpec = {
  path: ['deals', 'withdraw'],
  summary: 'pay out credit: refunds, collateral and compensation',
  arguments: [{ flags: '[amount]', description: 'tokens; all credit if left out' }],
  options: [{ flags: '--to <address>', description: 'where to pay; the wallet itself if left out' }],
  examples: ['holdfast deals withdraw', 'holdfast deals withdraw 3 --to 0x52908400098527886E0F7030069857D2E4169EE7'],
  run: withdrawCredit,
};

export const dealCommands: readonly CommandSpec[] = [list, challenge, close, leave, cancel, deposit, withdraw, listing];

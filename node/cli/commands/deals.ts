import { keystoreOf, openReader } from '../../app/wallet-session.js';
import type { Deal } from '../../core/deal.js';
import { dealId } from '../../core/units.js';
import type { Receipt } from '../../ports/settlement.js';
import { showLeaves, showTokens } from '../amounts.js';
import { parseParameter, wordsOf } from '../command.js';
import type { CommandSpec, Outcome } from '../command.js';
import { failureJson, narrate, withRenter } from './renting.js';
import { amountArgument, amountOf, dealArgument, dealOf, withdrawCredit } from './submission.js';

const describe = (deal: Deal): readonly string[] => [
  `${deal.id}  ${deal.defaulted === undefined ? deal.status : 'provider defaulted'}`,
  `  provider ${deal.provider}`,
  `  stores ${showLeaves(deal.leaves)} of at most ${showLeaves(deal.maxLeaves)}, revision ${deal.number}, paid to the end of period ${deal.end - 1}`,
  `  rent ${showTokens(deal.rate)} a period, escrow ${showTokens(deal.escrow)}`,
];

const list: CommandSpec = {
  path: ['deals'],
  summary: 'list your deals as the chain has them',
  options: [{ flags: '--all', description: 'show closed deals too' }],
  examples: ['holdfast deals', 'holdfast deals --all --json'],
  run: async (call) => {
    const settings = await call.settings();
    const account = await keystoreOf(settings).addressOf('wallet');
    await using session = await openReader(settings, call.signal);
    const ids = await session.reader.dealIdsOf('renter', account, call.signal);
    const found = (await session.reader.deals(ids, call.signal)).filter((deal) => deal !== undefined);
    const shown = call.options.flag('all') ? found : found.filter((deal) => deal.status !== 'closed');
    const empty = 'No deals yet: "holdfast put FILE" opens them.';
    return { text: shown.length === 0 ? [empty] : shown.flatMap(describe), json: { account, deals: shown } };
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

const cancel: CommandSpec = {
  path: ['deals', 'cancel'],
  summary: 'end deals now, with the consent of their providers: what they store is given up, unspent escrow becomes credit',
  arguments: [{ flags: '<deals...>', description: 'ids of the deals' }],
  examples: ['holdfast deals cancel 0x5c0f…', 'holdfast deals cancel 0x5c0f… 0x77aa…'],
  run: async (call) => {
    const ids = wordsOf(call, 0).map((id) => parseParameter('<deals...>', id, 'deal ids: 0x and 64 hex digits', dealId));
    const { report, end } = narrate(call.terminal);
    return await withRenter(call, async ({ renter }) => {
      const { released, failures } = await renter.release(ids, { signal: call.signal, report }).finally(end);
      return {
        text: [
          ...released.map(({ deal }) => `Cancelled ${deal}; its escrow is credit now.`),
          ...failures.map(({ provider, error }) => `${provider} did not agree: ${error.message}. "holdfast deals leave" needs no consent.`),
        ],
        json: {
          cancelled: released.map(({ deal, receipt }) => ({ deal, transaction: receipt.hash, gasUsed: receipt.gasUsed })),
          failures: failureJson(failures),
        },
      };
    });
  },
};

const deposit: CommandSpec = {
  path: ['deals', 'deposit'],
  summary: 'add to the escrow of a deal',
  arguments: [dealArgument, amountArgument],
  examples: ['holdfast deals deposit 0x5c0f… 25'],
  run: async (call) => {
    const deal = dealOf(call);
    const amount = amountOf(call, 1);
    return await withRenter(call, async ({ renter }) => {
      const receipt = await renter.deposit(deal, amount, { signal: call.signal });
      return told(receipt, `Added ${showTokens(amount)} to the escrow of ${deal}`, { deal, amount });
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

export const dealCommands: readonly CommandSpec[] = [list, close, leave, cancel, deposit, withdraw];

import type { Receipt, SettlementAction } from '../../ports/settlement.js';
import type { WalletSession } from '../../app/wallet-session.js';
import { dealId, type Address, type DealId, type Wei } from '../../core/units.js';
import { showTokens } from '../../core/amount-text.js';
import { addressReading, tokens, type Reading } from '../amounts.js';
import { parseParameter, wordOf, wordsOf, type Call, type CommandSpec, type Outcome, type ParameterSpec } from '../command.js';

/** Runs `work` with the unlocked wallet and closes it after. */
export const withWallet = async <Result>(call: Call, work: (session: WalletSession) => Promise<Result>): Promise<Result> => {
  const settings = await call.settings();
  const { openWallet } = await import('../../app/wallet-session.js');
  await using session = await openWallet(settings, call.prompt.unlocking('Password of the wallet'), call.signal);
  return await work(session);
};

/** What was done, with the transaction that did it. */
export const told = (receipt: Receipt, text: string, json: Outcome['json']): Outcome => ({
  text: [`${text} (block ${receipt.block}, transaction ${receipt.hash})`],
  json: { ...json, transaction: receipt.hash, block: receipt.block, gasUsed: receipt.gasUsed, fee: receipt.fee },
});

/** Submits one action of the wallet and tells what became of it. */
export const submitAndTell = async (
  { settlement }: WalletSession,
  { signal }: Call,
  action: SettlementAction,
  { text, json }: { readonly text: string; readonly json: Outcome['json'] },
): Promise<Outcome> => told(await settlement.submit(action, { signal }), text, json);

export const dealArgument: ParameterSpec = {
  flags: '<deal>',
  description: 'id of the deal: 0x and 64 hex digits, as "holdfast deals" shows it',
};
export const amountArgument: ParameterSpec = { flags: '<amount>', description: 'tokens, such as 250 or 1.5' };

/** The id of a deal. */
export const dealReading: Reading<DealId> = ['a deal id: 0x and 64 hex digits', dealId];

/** Argument `index` as the id of a deal. */
export const dealOf = (call: Call, index = 0): DealId => parseParameter('<deal>', wordOf(call, index), ...dealReading);

/** An amount that moves tokens: none is a mistake. */
export const someTokens = (most?: bigint): Reading<Wei> => tokens('1.5', { least: 1n, ...(most !== undefined && { most }) });

/** Argument `index` as an amount of tokens. */
export const amountOf = (call: Call, index = 0, reading: Reading<Wei> = someTokens()): Wei =>
  parseParameter('<amount>', wordOf(call, index), ...reading);

/** The address that `--to` names, or undefined. */
export const recipientOf = (call: Call): Address | undefined => call.options.parsed('to', ...addressReading);

/** Deals that the command names, by their ids; none where it may leave them out. */
export const dealsOf = (call: Call, name: string): readonly DealId[] =>
  wordsOf(call, 0).map((id) => parseParameter(name, id, 'deal ids: 0x and 64 hex digits', dealId));

/** Pays credit out: all of it unless an amount is given, to the wallet itself unless `--to` names another. */
const withdrawCredit = async (call: Call): Promise<Outcome> => {
  const [given, recipient] = [call.args[0] === undefined ? undefined : amountOf(call), recipientOf(call)];
  return await withWallet(call, async (session) => {
    const { account } = session.settlement;
    const amount = given ?? (await session.settlement.agreed.balances(account, call.signal)).credit;
    const to = recipient ?? account;
    if (amount === 0n) return { text: ['There is no credit to pay out: nothing was sent.'], json: { amount, to } };
    return await submitAndTell(
      session,
      call,
      { kind: 'withdraw', amount, to },
      { text: `Paid ${showTokens(amount)} to ${to}`, json: { amount, to } },
    );
  });
};

/** What a party calls to have its credit: renter and provider alike. */
export const withdrawal: Omit<CommandSpec, 'examples'> = {
  arguments: [{ flags: '[amount]', description: 'tokens; all credit if left out' }],
  options: [{ flags: '--to <address>', description: 'where to pay; the wallet itself if left out' }],
  run: withdrawCredit,
};

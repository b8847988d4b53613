import type { RenterSession } from '../../../app/renter-session.js';
import type { SessionFacts } from '../../../app/keys/session-keys.js';
import { countText, showCoins, showTokens } from '../../../core/amount-text.js';
import { gasWei, wei, type GasWei, type Wei } from '../../../core/units.js';
import type { SettlementAction } from '../../../ports/settlement.js';
import { coins, count, tokens } from '../../amounts.js';
import type { Call, CommandSpec, Outcome } from '../../command.js';
import { MOST_PERIODS } from '../paying-options.js';
import { withRenter } from '../with-renter.js';

/** Up to what the purse is filled. */
interface Caps {
  readonly coin: GasWei;
  readonly token: Wei;
}

/** The session's keys, made if there are none or others than the wallet's. */
const sessionOf = async (
  call: Call,
  { wallet, master }: RenterSession,
): Promise<{ readonly facts: SessionFacts; readonly made: boolean }> => {
  const { sessionAccount, sessionKeysOf } = await import('../../../app/keys/session-keys.js');
  const keys = sessionKeysOf(await call.settings());
  const { account: renter, identity } = wallet.settlement;
  const { chainId, market } = identity;
  const before = await keys.facts();
  if (before?.account === sessionAccount(master)) return { facts: before, made: false };
  const password = await call.prompt.newPassword('New password for the session’s keys');
  return { facts: await keys.store({ chainId: Number(chainId), market, renter }, master, password), made: true };
};

/** Sends what the purse has less than its caps. What it has more stays. */
const fill = async (call: Call, { settlement }: RenterSession['wallet'], { account }: SessionFacts, caps: Caps): Promise<Caps> => {
  const { coin, token } = await settlement.agreed.balances(account, call.signal);
  const lacks: Caps = { coin: gasWei(caps.coin > coin ? caps.coin - coin : 0n), token: wei(caps.token > token ? caps.token - token : 0n) };
  const send: SettlementAction[] = [
    ...(lacks.coin > 0n ? [{ kind: 'sendCoin', to: account, amount: lacks.coin } as const] : []),
    ...(lacks.token > 0n ? [{ kind: 'sendToken', to: account, amount: lacks.token } as const] : []),
  ];
  for (const action of send) await settlement.submit(action, { signal: call.signal });
  return lacks;
};

export const command: CommandSpec = {
  options: [
    { flags: '--coin <amount>', description: 'coin for gas that the purse is filled up to (default: 0)' },
    { flags: '--tokens <amount>', description: 'tokens for deposits that the purse is filled up to (default: 0)' },
    {
      flags: '--bounds <periods>',
      description: 'let your deals be renewed up to so many periods from now without the wallet (default: as they are)',
    },
  ],
  examples: ['holdfast renter purse --coin 0.05 --tokens 25 --bounds 365', 'holdfast renter purse'],
  run: async (call): Promise<Outcome> => {
    const caps: Caps = {
      coin: call.options.parsed('coin', ...coins('0.05')) ?? gasWei(0n),
      token: call.options.parsed('tokens', ...tokens('25')) ?? wei(0n),
    };
    const periods = call.options.parsed('bounds', ...count(1, MOST_PERIODS, ' of periods'));
    return await withRenter(call, async (session) => {
      const { facts, made } = await sessionOf(call, session);
      const sent = await fill(call, session.wallet, facts, caps);
      const raised = periods === undefined ? [] : await session.renter.raiseBounds({ periods, signal: call.signal });
      const { coin, token, credit } = await session.wallet.settlement.agreed.balances(facts.account, call.signal);
      return {
        text: [
          ...(made ? ['Made the session’s keys: "holdfast renter run" acts with them from now on, and needs no wallet.'] : []),
          ...(sent.coin === 0n ? [] : [`Sent ${showCoins(sent.coin)} for gas.`]),
          ...(sent.token === 0n ? [] : [`Sent ${showTokens(sent.token)} for deposits.`]),
          ...(raised.length === 0 ? [] : [`${countText(raised.length, 'deal')} may be renewed without the wallet now.`]),
          `The purse is ${facts.account}:`,
          `  gas     ${showCoins(coin)}`,
          `  tokens  ${showTokens(token)}`,
          `  credit  ${showTokens(credit)}`,
          'Whoever has the session’s keys can take that, read what you store, and spend what the deals let vouchers take: no more.',
        ],
        json: { ...facts, made, sent, raised, coin, token, credit },
      };
    });
  },
};

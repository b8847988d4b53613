import { countText, showCoins, showTokens } from '../../core/amount-text.js';
import type { Address } from '../../core/units.js';
import { PERIOD_GAS } from '../../provider/standing/purse.js';
import { keystoreOf } from '../wallet-session.js';
import { ok, problem, type Check, type Verdict } from './check.js';
import type { Facts } from './facts.js';

/** The keys that this home folder needs are there and whole. */
export const keysCheck: Check = {
  name: 'keys',
  look: async (facts) => {
    const settings = await facts.settings.known();
    const keystore = keystoreOf(settings);
    const provider = await facts.isProvider.known();
    const wallet = provider && settings.provider.owner !== undefined ? [] : (['wallet'] as const);
    const roles = [...wallet, ...(provider ? (['operator', 'peer'] as const) : [])];
    const found = [];
    for (const role of roles) found.push(`${role} ${role === 'peer' ? 'key' : await keystore.addressOf(role)}`);
    if (roles.includes('peer')) await keystore.addressOf('peer');
    return ok(found.join(', '));
  },
};

const coinOf = async (facts: Facts, account: Address): Promise<bigint> => (await facts.balances(account)).coin;

const operatorVerdict = async (facts: Facts, operator: Address): Promise<Verdict> => {
  const { gasPrice } = await facts.chain.known();
  const coin = await coinOf(facts, operator);
  const { coinPeriods } = (await facts.settings.known()).provider;
  const needed = BigInt(coinPeriods) * PERIOD_GAS * gasPrice;
  if (coin >= needed && coin > 0n) return ok(`operator ${showCoins(coin)}`);
  return problem(
    `operator ${operator} has ${showCoins(coin)} of the chain's coin, and ${countText(coinPeriods, 'period')} of proofs and batches cost about ${showCoins(needed)}`,
    `Send it some: "holdfast wallet send ${operator} AMOUNT --coin".`,
  );
};

/** There is coin for gas: in the wallet, and for a provider in the operator's account, which pays for proofs. */
export const coinCheck: Check = {
  name: 'coin',
  look: async (facts) => {
    const { owner } = (await facts.settings.known()).provider;
    const operator = (await facts.isProvider.known()) ? await operatorVerdict(facts, await facts.operator.known()) : undefined;
    if (operator && owner !== undefined) return operator;
    const wallet = await facts.wallet.known();
    const coin = await coinOf(facts, wallet);
    if (coin === 0n)
      return problem(
        [`the wallet ${wallet} has none of the chain's coin for gas`, ...(operator?.status === 'problem' ? [operator.says] : [])].join(
          ', and ',
        ),
        'Send the wallet some, for the operator too if there is one; test networks have faucets for their coin.',
      );
    if (operator?.status === 'problem') return operator;
    return ok([`wallet ${showCoins(coin)}`, ...(operator ? [operator.says] : [])].join(', '));
  },
};

/** There are tokens to pay with. Not asked of a provider, which lives on its stake. */
export const tokensCheck: Check = {
  name: 'tokens',
  look: async (facts) => {
    const owner = await facts.owner.known();
    const { token, credit, allowance } = await facts.balances(owner);
    const says = `${showTokens(token)}, ${showTokens(credit)} credit in the market, ${showTokens(allowance)} allowed to the vault`;
    if (token > 0n || credit > 0n || (await facts.isProvider.known())) return ok(says);
    return problem(
      `the wallet ${owner} has no tokens`,
      'Draw some with "holdfast wallet drip" on a test network, or get them from somebody who has some.',
    );
  },
};

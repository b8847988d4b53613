import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address } from '../../../node/core/units.js';
import type { BatchItem, SettlementAction } from '../../../node/ports/settlement.js';
import { prove } from './audits.js';
import { answer, challenge, expire } from './challenges.js';
import { cancel, close, commit, deposit, forfeit, leaveDeal, open, redeem, setBounds, setSigner, settle } from './deals.js';
import { register, setAsk, setEndpoint, setOperator } from './registry.js';
import { claim } from './rewards.js';
import { setLockLimit, stake, syncProvider, unstake, withdraw } from './stakes.js';
import { add, moveTokens, VAULT, ZERO_ADDRESS, type MarketCall } from './state.js';

/** Tokens that one draw from the faucet gives, and how many blocks lie between two. */
const DRIP = 10_000n * 10n ** 18n;
const DRIP_BLOCKS = 100;

const drip = (call: MarketCall): void => {
  const last = call.state.drips.get(call.caller);
  if (last !== undefined && call.block < last + DRIP_BLOCKS)
    throw new HoldfastError('FAUCET_TOO_SOON', { account: call.caller, last: BigInt(last), next: BigInt(last + DRIP_BLOCKS) });
  call.state.drips.set(call.caller, call.block);
  add(call.state.tokens, call.caller, DRIP);
  call.emit('Transfer', { from: ZERO_ADDRESS, to: call.caller, value: DRIP });
};

const sendCoin = (call: MarketCall, action: Extract<SettlementAction, { kind: 'sendCoin' }>): void => {
  payCoin(call, action.amount);
  add(call.state.coins, action.to, action.amount);
};

/** Takes coin from the caller. */
export const payCoin = (call: MarketCall, amount: bigint): void => {
  const balance = call.state.coins.get(call.caller) ?? 0n;
  if (balance < amount) throw new HoldfastError('COIN_TOO_SMALL', { account: call.caller, balance, needed: amount });
  add(call.state.coins, call.caller, -amount);
};

/** An address that is no provider has nothing to write down. */
const syncAnyone = (call: MarketCall, provider: Address): void => {
  const account = call.state.providers.get(provider);
  if (account) syncProvider(call, account);
};

/** A failed item of a batch, as receipts tell it. */
export interface FailedItem {
  readonly index: number;
  readonly error: Error;
}

/** Runs one item against the state it is given and reverts by throwing. */
export const runItem = (call: MarketCall, item: BatchItem): void => {
  if (item.kind === 'commit') commit(call, item.signed);
  else if (item.kind === 'close') close(call, item.deal);
  else if (item.kind === 'redeem') redeem(call, item.deal, item);
  else if (item.kind === 'expire') expire(call, item.deal);
  else if (item.kind === 'answer') answer(call, item.deal, item.samples);
  else settle(call, item.deal);
};

/** Runs one action; reverts by throwing, and then the state and the events must be thrown away. Batches are the caller's part. */
export const runAction = (call: MarketCall, action: Exclude<SettlementAction, { kind: 'batch' }>): void => {
  switch (action.kind) {
    case 'register':
      return register(call, action);
    case 'setOperator':
      return setOperator(call, action.operator);
    case 'setEndpoint':
      return setEndpoint(call, action.provider, action.peerId, action.addresses);
    case 'setAsk':
      return setAsk(call, action.provider, action.ask);
    case 'approve':
      call.state.allowances.set(call.caller, action.amount);
      return call.emit('Approval', { owner: call.caller, spender: VAULT, value: action.amount });
    case 'stake':
      return stake(call, action.provider, action.amount);
    case 'setLockLimit':
      return setLockLimit(call, action.provider, action.limit);
    case 'unstake':
      return unstake(call, action.amount);
    case 'withdraw':
      return withdraw(call, action.amount, action.to);
    case 'sync':
      return syncAnyone(call, action.provider);
    case 'prove':
      return prove(call, action.provider, action.period, action.samples);
    case 'open':
      return open(call, action.requests);
    case 'deposit':
      return deposit(call, action.deal, action.amount);
    case 'setBounds':
      return setBounds(call, action.deal, action);
    case 'setSigner':
      return setSigner(call, action.deal, action.signer);
    case 'leave':
      return leaveDeal(call, action.deal);
    case 'cancel':
      return cancel(call, action.deal);
    case 'forfeit':
      return forfeit(call, action.deal);
    case 'claim':
      return claim(call, action.provider, action.epochs);
    case 'challenge':
      return challenge(call, action.deal);
    case 'answer':
      return answer(call, action.deal, action.samples);
    case 'sendToken':
      return moveTokens(call, call.caller, action.to, action.amount);
    case 'sendCoin':
      return sendCoin(call, action);
    case 'drip':
      return drip(call);
  }
};

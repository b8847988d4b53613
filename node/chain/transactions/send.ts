import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { askClearance, warnUnlessAgreed } from './clearance.js';
import { countUsed } from './count-used.js';
import { decideNonce } from './decide-next.js';
import { launch } from './hand-over.js';
import type { QueueLimits } from './queue-options.js';
import { estimateGas } from './signing.js';
import type { Deck, InLife, Transaction, Waiting } from './transaction.js';

/** Whether `one` may be signed: an audit at once, anything else when the RPCs agree on the chain. */
export const isCleared = ({ rpc, log, wake }: Deck, one: InLife<Waiting>): boolean | HoldfastError => {
  const { priority, action } = one.terms;
  if (priority === 'audit') {
    warnUnlessAgreed(rpc, action, log);
    return true;
  }
  one.life.clearance ??= askClearance(rpc, wake);
  const { outcome } = one.life.clearance;
  return outcome instanceof HoldfastError ? outcome : outcome === 'given';
};

/** Gas that `one` is given. TRANSACTION_TOO_LARGE. */
export const gasFor = async (deck: Deck, limits: QueueLimits, { call, terms }: Transaction): Promise<bigint> => {
  const gas = await estimateGas(deck.rpc, deck.account, call);
  const max = BigInt(limits.maxTransactionGas);
  if (gas > max) throw new HoldfastError('TRANSACTION_TOO_LARGE', { action: terms.action, gas, max });
  const generous = call.data === '0x' ? gas : (gas * BigInt(100 + limits.gasMarginPercent)) / 100n + BigInt(limits.gasMargin);
  return generous < max ? generous : max;
};

/** Signs and sends what waits, under the nonce after those of `all`. A rejection leaves nothing behind. */
export const send = async (
  deck: Deck,
  limits: QueueLimits,
  all: readonly Transaction[],
  one: InLife<Waiting>,
  head: number,
): Promise<void> => {
  const { action, deadline } = one.terms;
  if (deadline !== null && head >= deadline) throw new HoldfastError('TRANSACTION_EXPIRED', { action, deadline });
  const gasLimit = await gasFor(deck, limits, one);
  const used = await countUsed(deck);
  deck.foreign.look(used, head);
  if (one.waiters.size === 0) throw new HoldfastError('ABORTED', { what: action });
  await launch(deck, one, decideNonce(all, used), gasLimit, head);
};

import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Call } from './signing.js';
import type { TransactionRequest } from './request.js';
import { isAloft, type Done, type InLife, type Transaction, type Waiting } from './transaction.js';

const isWaiting = (one: Transaction): one is InLife<Waiting> => one.life.kind === 'waiting';
const isAudit = ({ terms }: Transaction): boolean => terms.priority === 'audit';

/** Whether what must not wait waits or flies: everything before it is hurried. */
export const isUrgent = (all: readonly Transaction[]): boolean =>
  all.some((one) => isAudit(one) && (isWaiting(one) || (isAloft(one) && one.waiters.size > 0)));

/** Whether the next nonce has to wait for it: not where its own is used, by whatever transaction. */
const holdsUp = (one: Transaction): boolean => isAloft(one) && one.life.kind !== 'unknown';

/** What may be signed next: an audit at once, right behind what is on its way; anything else when nothing is. */
export const decideNext = (all: readonly Transaction[]): InLife<Waiting> | undefined => {
  const waiting = all.filter(isWaiting);
  const auditFlies = all.some((one) => isAudit(one) && isAloft(one) && one.waiters.size > 0);
  const audit = auditFlies ? undefined : waiting.find(isAudit);
  return audit ?? (all.some(holdsUp) ? undefined : waiting[0]);
};

/** The nonce to sign with, where the chain has seen `used` transactions of the account. */
export const decideNonce = (all: readonly Transaction[], used: number): number =>
  Math.max(used, ...all.filter(isAloft).map(({ life }) => life.flight.nonce + 1));

const isSameCall = (a: Call, b: Call): boolean =>
  a.to.toLowerCase() === b.to.toLowerCase() && a.data.toLowerCase() === b.data.toLowerCase() && a.value === b.value;

/** What carries `request` out already, if anything does. INTENTION_CHANGED. */
export const decideJoin = (all: readonly Transaction[], request: TransactionRequest): Transaction | undefined => {
  const { intention, action } = request;
  const named = intention === undefined ? undefined : all.find(({ terms }) => terms.intention === intention);
  if (named !== undefined && !isSameCall(named.call, request))
    throw new HoldfastError('INTENTION_CHANGED', { intention: intention ?? '', action, former: named.terms.action });
  // Of those without a name, the one that an earlier process signed, or whose waiter was told of an error or gave up.
  const isOrphan = (one: Transaction): boolean => isAloft(one) && one.waiters.size === 0 && one.terms.intention === null;
  return named ?? all.find((one) => isOrphan(one) && isSameCall(one.call, request));
};

/** What is done already of what waits: the kept one without a name that does the same. Each answers once. */
export const decideClaim = (all: readonly Transaction[]): { readonly one: Transaction; readonly done: Transaction } | undefined => {
  for (const one of all.filter(isWaiting)) {
    const done = all.find(({ life, terms, call }) => life.kind === 'done' && terms.intention === null && isSameCall(call, one.call));
    if (done !== undefined) return { one, done };
  }
  return undefined;
};

/** Whether it is kept once it is mined as wanted: by its name, or because nobody was told and it must not be done again. */
export const decideKeeping = ({ terms, waiters }: Transaction): boolean =>
  terms.intention !== null || (waiters.size === 0 && !terms.repeatable);

export interface KeepingLimits {
  /** Blocks for which one without a name is kept. */
  readonly claimBlocks: number;
  /** How many with a name are kept. */
  readonly keptIntentions: number;
}

/** What is kept too long: without a name by its age, with one when there are too many newer ones. */
export const decideForgetting = (
  all: readonly Transaction[],
  head: number,
  { claimBlocks, keptIntentions }: KeepingLimits,
): Transaction[] => {
  const done = all.filter((one): one is InLife<Done> => one.life.kind === 'done');
  const [named, others] = [done.filter(({ terms }) => terms.intention !== null), done.filter(({ terms }) => terms.intention === null)];
  const newestFirst = named.toSorted((a, b) => b.life.block - a.life.block);
  return [...others.filter(({ life }) => head - life.block > claimBlocks), ...newestFirst.slice(keptIntentions)];
};

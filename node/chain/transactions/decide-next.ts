import type { Call } from './signing.js';
import type { TransactionRequest } from './request.js';
import { isAloft, type InLife, type Transaction, type Waiting } from './transaction.js';

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

/** What is signed for the same already, and waited for by nobody: of an earlier process, or of one who was told of an error. */
export const decideJoin = (all: readonly Transaction[], request: TransactionRequest): Transaction | undefined =>
  all.find((one) => !isWaiting(one) && one.waiters.size === 0 && isSameCall(one.call, request));

/** What is remembered too long: done `blocks` ago, and asked for by nobody. */
export const decideForgetting = (all: readonly Transaction[], head: number, blocks: number): Transaction[] =>
  all.filter(({ life }) => life.kind === 'done' && head - life.block > blocks);

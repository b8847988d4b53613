import type { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Sighting } from './sighting.js';
import type { Broadcast } from './signing.js';
import type { Aloft, Ending } from './transaction.js';

export interface FollowFacts {
  readonly life: Aloft;
  readonly sighting: Sighting;
  readonly head: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly deadline: number | null;
  /** Whether the last attempt is a transfer of nothing. */
  readonly cancels: boolean;
  /** Blocks without being mined after which more is offered. */
  readonly patience: number;
}

/** What is to be done about a transaction that is signed. */
export type FollowDecision =
  | { readonly kind: 'hold' }
  /** Hand the last attempt over again. */
  | { readonly kind: 'hand' }
  /** Sign another attempt that offers more. */
  | { readonly kind: 'replace'; readonly cancels: boolean }
  /** Ask whether any node knows of it. */
  | { readonly kind: 'search' }
  /** Go on looking for what used the nonce. */
  | { readonly kind: 'doubt' }
  /** Tell whoever waits of a disagreement, and go on. */
  | { readonly kind: 'tell'; readonly error: HoldfastError }
  | { readonly kind: 'end'; readonly ending: Ending };

/** Milliseconds after which a transaction that no node has said to have is handed over again, should no block come. */
const AGAIN_AFTER = 2_000;

const press = ({ life, head, now, deadline, cancels, patience }: FollowFacts): FollowDecision => {
  if (life.kind === 'refused') return { kind: 'search' };
  if (deadline !== null && head >= deadline && !cancels) return { kind: 'replace', cancels: true };
  if (life.kind !== 'flying') return { kind: 'hand' };
  if (head - life.since >= patience) return { kind: 'replace', cancels };
  const isDue = head > life.handed.head || now - life.handed.at >= AGAIN_AFTER;
  return { kind: !life.isTaken && isDue ? 'hand' : 'hold' };
};

/** What to do next, by what is known. Only a transaction seen mined under the nonce ends anything; all else is followed. */
export const decideFollow = (facts: FollowFacts): FollowDecision => {
  const { sighting } = facts;
  switch (sighting.kind) {
    case 'mined':
    case 'cancelled':
    case 'foreign':
      return { kind: 'end', ending: sighting };
    case 'shallow':
      return { kind: 'hold' };
    case 'used':
      return { kind: 'doubt' };
    case 'disputed':
      return { kind: 'tell', error: sighting.error };
    case 'absent':
      return press(facts);
  }
};

/** Where a transaction stands once nodes were handed its last attempt. */
export const afterHanding = (life: Aloft, answer: Broadcast, head: number, now: number): Aloft => {
  const { flight } = life;
  if (answer.kind === 'refused' && life.kind === 'signed' && life.isFresh) return { kind: 'refused', flight, error: answer.error };
  const former = life.kind === 'flying' ? life : undefined;
  return {
    kind: 'flying',
    flight,
    since: Math.min(former?.since ?? head, head),
    handed: { head, at: now },
    isTaken: answer.kind === 'accepted' || (answer.kind === 'unknown' && former?.isTaken === true),
  };
};

/** How long it may be unknown what used a nonce before somebody should look, blocks and milliseconds, whichever is first. */
const UNKNOWN = { blocks: 5, milliseconds: 60_000 } as const;

/** Where a transaction stands whose nonce is used by nobody knows what. */
export const inDoubt = (life: Aloft, head: number, now: number): Aloft & { kind: 'unknown' } => {
  if (life.kind !== 'unknown') return { kind: 'unknown', flight: life.flight, since: { head, at: now }, isTold: false };
  const isLong = head - life.since.head >= UNKNOWN.blocks || now - life.since.at >= UNKNOWN.milliseconds;
  return { ...life, isTold: life.isTold || isLong };
};

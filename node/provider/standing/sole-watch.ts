import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import type { Period } from '../../core/units.js';
import type { Settlement } from '../../ports/settlement.js';
import { isSigningPaused, signingFrom } from './decide-sole.js';
import type { Troubles } from './troubles.js';

/** Watches for another daemon with the same keys, such as one on a copied folder. */
export interface SoleWatch {
  /** Counts transactions of the operator's that were not signed here. Alarms `identity-shared`. */
  step(now: Period, signal: AbortSignal): Promise<void>;
  /** Another process answered with this peer id at `address`. */
  answered(address: string, now: Period): void;
  /** Whoever could be at the published address was asked. */
  looked(): void;
  /** Resolves once somebody looked. */
  ready(signal: AbortSignal): Promise<void>;
  /** Why no revision is co-signed now: before that is done again, what the other signed has to be on chain or void. */
  refusal(): HoldfastError | undefined;
}

export interface SoleWatchOptions {
  readonly settlement: Pick<Settlement, 'account' | 'foreign'>;
  readonly troubles: Troubles;
}

const WHAT =
  'stop one of the two; if nobody else of yours runs with these keys, they are stolen: "holdfast provider limit 0" lets them lock no more';

export const createSoleWatch = ({ settlement, troubles }: SoleWatchOptions): SoleWatch => {
  const look = Promise.withResolvers<void>();
  const { account } = settlement;
  let [foreign, now] = [0, undefined as Period | undefined];
  let seen: Period | undefined;

  const see = (sign: Readonly<Record<string, unknown>>, at: Period): void => {
    [seen, now] = [at, at];
    troubles.tell('identity', { event: 'identity-shared', facts: { account, ...sign, signingFrom: signingFrom(at), what: WHAT } });
  };

  return {
    step: async (at, signal) => {
      now = at;
      const count = await settlement.foreign(signal);
      if (count > foreign) see({ transactions: count - foreign }, at);
      foreign = count;
      if (!isSigningPaused(seen, at)) troubles.tell('identity', undefined);
    },
    answered: (address, at) => see({ address }, at),
    looked: () => look.resolve(),
    ready: (signal) => unlessAborted(look.promise, signal),
    refusal: () =>
      seen !== undefined && now !== undefined && isSigningPaused(seen, now)
        ? new HoldfastError('SIGNING_PAUSED', { from: signingFrom(seen) })
        : undefined,
  };
};

import type { EventName, Log } from '../../ports/world.js';

/** What can be wrong for a time, each in one way at once, and what the log says once it is over. */
const OVER = {
  registration: 'provider-registered',
  operator: 'operator-named',
  coin: 'coin-enough',
  stake: 'stake-enough',
  endpoint: 'endpoint-right',
  identity: 'identity-sole',
} as const satisfies Readonly<Record<string, EventName>>;

export type TroubleCause = keyof typeof OVER;

export interface Trouble {
  readonly event: EventName;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What tells it from another of the same event: it is alarmed anew when this changes. */
  readonly key?: string;
}

/** What is wrong now: one alarm for each cause and level, not one a block. */
export interface Troubles {
  /** Events that were alarmed and are not over. */
  readonly now: readonly EventName[];
  /** Alarms what is new, and says when it is over. */
  tell(cause: TroubleCause, trouble: Trouble | undefined): void;
}

export const createTroubles = (log: Log): Troubles => {
  const told = new Map<TroubleCause, Trouble>();
  return {
    get now() {
      return [...told.values()].map(({ event }) => event);
    },
    tell: (cause, trouble) => {
      const before = told.get(cause);
      if (trouble === undefined) {
        if (told.delete(cause)) log.info(OVER[cause]);
        return;
      }
      told.set(cause, trouble);
      if (before?.event !== trouble.event || before.key !== trouble.key) log.alarm(trouble.event, trouble.facts);
    },
  };
};

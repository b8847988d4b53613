import type { RenterContext } from '../context.js';

/** Objects that one put is in charge of: no other goes on with them, and nobody forgets them. */
export interface InCharge {
  /** Takes charge of the object of that id. */
  take(id: string): void;
  /** Gives it up before the put ends. */
  giveUp(id: string): void;
}

/** Carries out `task`, and gives up all that it is still in charge of once it has ended, however it ends. */
export const whileInHand = async <Result>(
  { inHand }: Pick<RenterContext, 'inHand'>,
  task: (inCharge: InCharge) => Promise<Result>,
): Promise<Result> => {
  const own = new Set<string>();
  const giveUp = (id: string): void => {
    if (own.delete(id)) inHand.delete(id);
  };
  try {
    return await task({
      take: (id) => {
        own.add(id);
        inHand.add(id);
      },
      giveUp,
    });
  } finally {
    for (const id of own) giveUp(id);
  }
};

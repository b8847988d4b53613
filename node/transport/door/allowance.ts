/** What each key may spend: so much at once, and so much more with every second. */
export interface Allowance {
  /** False, and nothing is spent, if the key has less than `amount` left. */
  spend(key: string, amount?: number): boolean;
}

export interface AllowanceOptions {
  readonly atOnce: number;
  readonly perSecond: number;
  /** Keys remembered at once; over it, those that spent longest ago begin anew. */
  readonly remembered: number;
  readonly now?: () => number;
}

export const createAllowance = ({ atOnce, perSecond, remembered, now = () => performance.now() }: AllowanceOptions): Allowance => {
  const purses = new Map<string, { readonly left: number; readonly at: number }>();
  const leftOf = (key: string, at: number): number => {
    const purse = purses.get(key);
    return purse === undefined ? atOnce : Math.min(atOnce, purse.left + ((at - purse.at) * perSecond) / 1000);
  };
  return {
    spend(key, amount = 1) {
      const at = now();
      const left = leftOf(key, at);
      const enough = left >= amount;
      purses.delete(key);
      purses.set(key, { left: enough ? left - amount : left, at });
      const [oldest] = purses.keys();
      if (purses.size > remembered && oldest !== undefined) purses.delete(oldest);
      return enough;
    },
  };
};

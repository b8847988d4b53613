import { nameOf, type GasBench, type Verb } from './verbs/verb.js';

/** Gas by kind of transaction (`nameOf` a `Verb`), then by deals of the provider. */
export type GasByDeals = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Collects {@link GasByDeals}. */
export interface GasTally {
  readonly figures: GasByDeals;
  /** Measures each verb at `deals` deals, and undoes it: gas of one item, rounded up. */
  measure(bench: () => GasBench, verbs: readonly Verb[], deals: number): Promise<void>;
}

/** After `stirs` transactions that do nothing but give later blocks, and with them the draws, another hash. */
const measureOnce = (bench: GasBench, verb: Verb, stirs: number): Promise<number> =>
  bench.undone(async () => {
    for (let i = 0; i < stirs; i++) await bench.send(bench.outsider, { to: bench.outsider, data: '0x' });
    const { gasUsed } = await verb.measure(bench);
    return Math.ceil(Number(gasUsed) / (verb.items ?? 1));
  });

/** The figures will be in the order of `names`, and others behind them. */
export const createGasTally = (names: readonly string[]): GasTally => {
  const figures: Record<string, Record<string, number>> = Object.fromEntries(names.map((name) => [name, {}]));
  return {
    figures,
    measure: async (bench, verbs, deals) => {
      for (const verb of verbs) {
        let worst = 0;
        for (let stirs = 0; stirs < (verb.seeds ?? 1); stirs++) worst = Math.max(worst, await measureOnce(bench(), verb, stirs));
        (figures[nameOf(verb)] ??= {})[deals] = worst;
      }
    },
  };
};

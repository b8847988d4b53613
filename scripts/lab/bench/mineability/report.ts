import type { MineabilityFigures } from './mineability.js';

/** Gas that no needed call may exceed (INV-6). */
const MOST_GAS = 1_500_000;
/**
 * Gas that a call may take more for each level that the sum tree grows by. The tree has four children a node, so n deals need
 * ⌈log₄ n⌉ levels. Each of an audit's five samples reads a word of every level: some 2,600 with its arithmetic. A first revision
 * writes one, 22,100 where nothing was before.
 */
const GAS_PER_LEVEL = 24_000;

/** Levels of a sum tree with `slots` slots. */
export const levelsOf = (slots: number): number => {
  let levels = 0;
  for (let reach = 1; reach < slots; reach *= 4) levels += 1;
  return levels;
};

/** Calls that are too dear, or that grow faster than the logarithm of the deals, a sentence each. */
export const unmineable = ({ calls, afterDefault }: Pick<MineabilityFigures, 'calls' | 'afterDefault'>): string[] => {
  const dear = (what: string, gas: number): string[] => (gas > MOST_GAS ? [`${what} takes ${gas} gas, more than ${MOST_GAS}`] : []);
  const grown = (name: string, figures: Readonly<Record<string, number>>): string[] => {
    const sizes = Object.keys(figures)
      .map(Number)
      .sort((a, b) => a - b);
    return sizes.slice(1).flatMap((deals, i) => {
      const before = sizes[i] ?? deals;
      const growth = (figures[deals] ?? Infinity) - (figures[before] ?? 0);
      const allowed = GAS_PER_LEVEL * (levelsOf(deals) - levelsOf(before));
      return growth > allowed ? [`${name} takes ${growth} gas more at ${deals} deals than at ${before}, and ${allowed} is the most`] : [];
    });
  };
  return [
    ...Object.entries(calls).flatMap(([name, figures]) => [
      ...Object.entries(figures).flatMap(([deals, gas]) => dear(`${name} at ${deals} deals`, gas)),
      ...grown(name, figures),
    ]),
    ...Object.entries(afterDefault).flatMap(([name, gas]) => dear(`${name} after a default`, gas)),
  ];
};

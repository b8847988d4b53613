import type { GasFigures } from './gas.js';

/** A figure may grow by 1 % over the committed one. */
const TOLERANCE_PERCENT = 1;
/** Bytes of code that no contract reaches: far from the 24,576 that a chain takes (EIP-170). */
const CODE_BYTES = 22_000;

const flatten = (value: unknown, path: string): [string, number][] =>
  typeof value === 'number'
    ? [[path, value]]
    : Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) => flatten(inner, path === '' ? key : `${path}.${key}`));

/** Figures that are missing or more than 1 % above the committed ones, a sentence each. */
export const regressions = <Figures extends object>(committed: Figures, measured: Figures): string[] => {
  const now = new Map(flatten(measured, ''));
  return flatten(committed, '').flatMap(([name, before]) => {
    const value = now.get(name);
    if (value === undefined) return [`${name} was not measured`];
    return value * 100 > before * (100 + TOLERANCE_PERCENT) ? [`${name} grew from ${before} to ${value}`] : [];
  });
};

/** What the design promises and `figures` do not keep, a sentence each. A figure that is missing keeps nothing. */
export const brokenPromises = ({ prove, functions, bytecode }: GasFigures): string[] => {
  const one = prove['1'];
  const commit = (kind: string): number | undefined => functions[`commit ${kind}`]?.['1024'];
  const limits: readonly (readonly [string, number | undefined, number])[] = [
    ['prove with 1 deal', one?.gas, Math.floor((one?.floor ?? 0) * 1.02)],
    ['prove with 1,024 deals', prove['1024']?.gas, 235_000],
    ['prove with 16,384 deals', prove['16384']?.gas, 262_000],
    ['commit of the same weight with 1,024 deals', commit('same'), 110_000],
    ['each of 16 such commits in a batch', commit('same of 16'), 85_000],
    ['commit of another weight with 1,024 deals', commit('more'), 145_000],
    ['each of 16 such commits in a batch', commit('more of 16'), 90_000],
    ...Object.entries(bytecode).map(([name, bytes]) => [`bytes of ${name}`, bytes, CODE_BYTES - 1] as const),
  ];
  return limits.flatMap(([name, value = Infinity, limit]) => (value > limit ? [`${name}: ${value}, promised at most ${limit}`] : []));
};

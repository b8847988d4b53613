import type { Counts } from './tally.js';

const sorted = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');

const sum = (map: ReadonlyMap<string, number>): number => [...map.values()].reduce((total, times) => total + times, 0);

/** What happened in all runs, for people. */
export const reportOf = (counts: Counts): string => {
  const deeds = [...counts.deeds].map(([name, { begun, done }]) => `${name} ${done} of ${begun}`).join(', ');
  return [
    `${counts.runs} runs, ${counts.blocks} blocks, ${sum(counts.moves)} moves`,
    `moves: ${sorted(counts.moves)}`,
    `verbs: ${sorted(counts.verbs)}`,
    `refused by the contracts: ${sorted(counts.refusals)}`,
    `refused by daemons: ${sorted(counts.answers)}`,
    `honest people's: ${deeds}`,
  ].join('\n');
};

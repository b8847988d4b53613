import { unchangedMutant, type MutantKind } from '../kind.js';
import { textHash, type SourceTree } from '../sources.js';
import { collectDecisions } from './collect.js';
import { guards, guardsOf } from './guards.js';
import { createMochaJudge } from './mocha-judge.js';
import { readNode } from './typescript-sources.js';

/** Pure decisions, and what of the core they share with the other side or rest on. */
const DECISIONS = [
  /^node\/(provider|renter)\/.*\/(check|decide)-[^/]+\.ts$/,
  /^node\/core\/market\/(capacity|egress-cover|endings|lock-limit|rent|revision|voucher)\.ts$/,
];

/** Files that decide, those of `tree` in its order. */
export const decidingFiles = ({ subjects }: SourceTree): SourceTree['subjects'] =>
  subjects.filter(({ path }) => DECISIONS.some((pattern) => pattern.test(path)));

/** The mutants of the decisions of the project in folder `root`, which mocha tests judge. */
export const decisionMutants = (root: string): MutantKind => {
  const tree = readNode(root);
  const files = decidingFiles(tree);
  const judges = [...new Set(Object.values(guards).flat())].sort();
  const everything = textHash(judges.map((file) => tree.hashOf(file)).join('\n'));
  return {
    name: 'decisions',
    title: 'Decisions',
    origins: {
      refusal: 'Every refusal, taken out',
      site: 'Every condition of `if` and `?:` as true and as false, every part of `??` as undefined',
      boundary: 'Every boundary',
      operator: 'Every operator, and functions such as `Math.max`',
      number: 'Numbers of one digit, a hundred drawn with a fixed seed',
    },
    collection: collectDecisions(files),
    unchangedFor: (paths) => {
      const changed = files.filter(({ path }) => paths.has(path));
      const byGuards = new Map(changed.map((file) => [guardsOf(file.path).join(), file]));
      return [...byGuards.values()].map(unchangedMutant);
    },
    // A caught mutant stays caught while the test that caught it, and all that this imports, is the same.
    basisOf: (verdict) => (verdict.kind === 'caught' && verdict.file !== '' ? tree.hashOf(verdict.file) : everything),
    prepare: () => () => createMochaJudge(root),
  };
};

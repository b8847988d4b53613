import { unchangedMutant, type MutantKind } from '../kind.js';
import { textHash } from '../sources.js';
import { collectMutants } from './collect.js';
import { compileAll } from './compiled-file.js';
import { createCompilingJudge } from './compiling-judge.js';
import { allNamed } from './named/all.js';
import { readContracts } from './solidity-sources.js';

/** The mutants of the contracts of the project in folder `root`, which the Solidity tests judge. */
export const contractMutants = (root: string): MutantKind => {
  const tree = readContracts(root);
  const subjects = textHash(JSON.stringify(tree.subjects));
  const everything = textHash(subjects + JSON.stringify(tree.tests));
  return {
    name: 'contracts',
    title: 'Contracts',
    origins: {
      named: 'Invariants, attacks and rules, in `scripts/lab/mutants/contracts/named/`',
      site: 'Every `if`, `require`, `assert`, `revert` and use of a modifier',
      boundary: 'Every boundary',
      operator: 'Operators and numbers, a hundred drawn with a fixed seed',
    },
    collection: collectMutants(root, tree.subjects, allNamed),
    // Any one: all contracts stand behind every test.
    unchangedFor: () => tree.subjects.slice(0, 1).map(unchangedMutant),
    // A caught mutant stays caught while the contracts and the test that caught it are the same; a survivor, while all is.
    basisOf: (verdict) => (verdict.kind === 'caught' && verdict.file !== '' ? textHash(subjects + tree.hashOf(verdict.file)) : everything),
    prepare: () => {
      const compiledFile = compileAll(root, tree);
      return () => createCompilingJudge(compiledFile);
    },
  };
};

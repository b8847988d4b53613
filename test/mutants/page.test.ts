import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { mutantsOf, type Mutant, type Source } from '../../scripts/lab/mutants/changes/mutant.js';
import { operatorChanges } from '../../scripts/lab/mutants/changes/operators.js';
import { sitesOf } from '../../scripts/lab/mutants/changes/sites.js';
import type { Judged } from '../../scripts/lab/mutants/outcome.js';
import { MUTANTS_PAGE, mutantsPage } from '../../scripts/lab/mutants/page.js';

/** A line of a file, as `Purse.sol:7`: stale as soon as a line is added above. */
const LINE_REFERENCE = /:\d+\b/;

const purse: Source = {
  path: 'contracts/market/Purse.sol',
  text: `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

contract Purse {
  uint256 private held;

  function take(uint256 amount) external returns (bool) {
    if (amount == 0 || amount > held) return false;
    held -= amount;
    return true;
  }
}
`,
};
const root = process.cwd();
const sites = mutantsOf(
  purse,
  'site',
  sitesOf(root, purse).flatMap(({ changes }) => changes),
);
const operators = mutantsOf(purse, 'operator', operatorChanges(root, purse));

const caught = (mutant: Mutant): Judged => ({
  mutant,
  verdict: { kind: 'caught', file: 'test/contracts/Purse.t.sol', test: 'test_take_failsIfEmpty(uint256)' },
  reason: undefined,
});
const survivor = (mutant: Mutant, reason?: string): Judged => ({ mutant, verdict: { kind: 'survived' }, reason });

const [never, ...otherSites] = sites.toReversed();
const zero = operators.find(({ change }) => change === 'amount == 0 → amount == 1');
if (never === undefined || zero === undefined) throw new Error('the purse has no such mutants');
const page = mutantsPage(
  [
    ...otherSites.map(caught),
    survivor(never, 'It is <never> | taken.'),
    survivor(zero),
    ...operators.filter((mutant) => mutant !== zero).map(caught),
  ],
  '10 mutants',
);

describe('the page of mutants', () => {
  it('counts by kind and by contract what is caught, equivalent and missed', () => {
    expect(page).to.include('\n10 mutants.\n');
    expect(page).to.include('| Every `if`, `require`, `assert`, `revert` and use of a modifier | 2 | 1 | 1 | 0 |\n');
    expect(page).to.include('| Every boundary | 0 | 0 | 0 | 0 |\n');
    const count = operators.length;
    expect(page).to.include(`| Operators and numbers, a hundred drawn with a fixed seed | ${count} | ${count - 1} | 0 | 1 |\n`);
    expect(page).to.include(`| \`contracts/market/Purse.sol\` | ${count + 2} | ${count} | 1 | 1 |\n`);
  });

  it('names of each survivor the file, the function, the change and the reason', () => {
    const place = '| `contracts/market/Purse.sol` | `take` |';
    expect(page).to.include(`${place} \`if (amount == 0 \\|\\| amount > held) → if (false)\` | It is \\<never\\> \\| taken. |\n`);
    expect(page).to.include(`${place} \`amount == 0 → amount == 1\` | **missed** |\n`);
  });

  it('names no mutant that was caught, and no line', () => {
    expect(page).to.not.include('if (true)');
    expect(page).to.not.include('test_take_failsIfEmpty');
    expect(page).to.not.match(LINE_REFERENCE);
  });

  describe('as it is committed', () => {
    const committed = readFileSync(MUTANTS_PAGE, 'utf8');
    const reasons = Object.values(JSON.parse(readFileSync('scripts/lab/mutants/equivalent.json', 'utf8')) as Record<string, string>);
    const [, mutants, found, equivalent] = /^(\d+) mutants, (\d+) caught, (\d+) equivalent\.$/m.exec(committed) ?? [];
    /** The numbers of each row of a table of counts. */
    const countsOf = (title: string): readonly (readonly number[])[] =>
      (committed.split(`## ${title}\n`)[1] ?? '')
        .split('\n## ')[0]
        ?.split('\n')
        .flatMap((line) => {
          const [, numbers] = /^\|.*?((?: \| \d+){4}) \|$/.exec(line) ?? [];
          return numbers === undefined ? [] : [numbers.split(' | ').slice(1).map(Number)];
        }) ?? [];

    it('refers to no line', () => {
      expect(committed).to.not.match(LINE_REFERENCE);
    });

    for (const title of ['By kind', 'By contract'])
      it(`adds up, ${title.toLowerCase()}, to its summary`, () => {
        const sums = [0, 1, 2, 3].map((column) => countsOf(title).reduce((sum, row) => sum + (row[column] ?? NaN), 0));
        expect(sums).to.deep.equal([Number(mutants), Number(found), Number(equivalent), 0]);
      });

    it('has a row for each reason, and no other survivor', () => {
      const rows = (committed.split('## Survivors\n')[1] ?? '').split('\n').filter((line) => line.startsWith('| `'));
      const shown = rows.map((line) => (line.split(' | ').at(-1) ?? '').replace(/ \|$/, '').replaceAll(/\\(\W)/g, '$1'));
      expect(shown.sort()).to.deep.equal([...reasons].sort());
      expect(rows).to.have.length(Number(equivalent));
    });
  });
});

import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { operatorChanges } from '../../scripts/lab/mutants/contracts/changes/operators.js';
import { sitesOf } from '../../scripts/lab/mutants/contracts/changes/sites.js';
import { mutantsOf, type Mutant, type Source } from '../../scripts/lab/mutants/mutant.js';
import type { Judged } from '../../scripts/lab/mutants/outcome.js';
import { MUTANTS_PAGE, pageWith, sectionOf } from '../../scripts/lab/mutants/page.js';
import { readReasons } from '../../scripts/lab/mutants/reasons.js';

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
const kind = { title: 'Purses', origins: { site: 'Every site', boundary: 'Every boundary', operator: 'Some operators' } };
const section = sectionOf(
  kind,
  [
    ...otherSites.map(caught),
    survivor(never, 'It is <never> | taken.'),
    survivor(zero),
    ...operators.filter((mutant) => mutant !== zero).map(caught),
  ],
  '10 mutants',
);
const page = pageWith('', kind.title, section);

describe('the page of mutants', () => {
  it('counts by origin and by file what is caught, equivalent and missed', () => {
    expect(page).to.include('\n10 mutants.\n');
    expect(page).to.include('| Every site | 2 | 1 | 1 | 0 |\n');
    expect(page).to.include('| Every boundary | 0 | 0 | 0 | 0 |\n');
    const count = operators.length;
    expect(page).to.include(`| Some operators | ${count} | ${count - 1} | 0 | 1 |\n`);
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

  it('gets a section for each kind, in their order, and a new one in the place of the old', () => {
    const [purses, wallets] = [page, sectionOf({ ...kind, title: 'Wallets' }, [], '0 mutants')];
    const both = pageWith(purses, 'Wallets', wallets);
    expect(both).to.equal(pageWith(pageWith('', 'Wallets', wallets), kind.title, section));
    expect(both.match(/^## .*$/gm)).to.deep.equal(['## Purses', '## Wallets']);
    expect(pageWith(both, 'Wallets', wallets)).to.equal(both);
    expect(pageWith(both, kind.title, '## Purses\n\nAnew.\n')).to.include('## Purses\n\nAnew.\n\n## Wallets\n\n0 mutants.\n');
  });

  describe('as it is committed', () => {
    const committed = readFileSync(MUTANTS_PAGE, 'utf8');

    it('refers to no line', () => {
      expect(committed).to.not.match(LINE_REFERENCE);
    });

    for (const text of committed.split(/^(?=## )/m).slice(1)) {
      const name = text.startsWith('## Contracts\n') ? 'contracts' : 'decisions';
      const [, mutants, found, equivalent] = /^(\d+) mutants, (\d+) caught, (\d+) equivalent\.$/m.exec(text) ?? [];
      /** The lines of a table. */
      const linesOf = (title: string): readonly string[] => (text.split(`### ${title}\n`)[1] ?? '').split('\n### ')[0]?.split('\n') ?? [];
      /** The numbers of each row of a table of counts. */
      const countsOf = (title: string): readonly (readonly number[])[] =>
        linesOf(title).flatMap((line) => {
          const [, numbers] = /^\|.*?((?: \| \d+){4}) \|$/.exec(line) ?? [];
          return numbers === undefined ? [] : [numbers.split(' | ').slice(1).map(Number)];
        });

      for (const title of ['By origin', 'By file'])
        it(`adds up, ${title.toLowerCase()}, to the summary of ${name}`, () => {
          const sums = [0, 1, 2, 3].map((column) => countsOf(title).reduce((sum, row) => sum + (row[column] ?? NaN), 0));
          expect(sums).to.deep.equal([Number(mutants), Number(found), Number(equivalent), 0]);
        });

      it(`has a row for each reason of ${name}, and no other survivor`, () => {
        const rows = linesOf('Survivors').filter((line) => line.startsWith('| `'));
        const shown = rows.map((line) => (line.split(' | ').at(-1) ?? '').replace(/ \|$/, '').replaceAll(/\\(\W)/g, '$1'));
        expect(shown.sort()).to.deep.equal(Object.values(readReasons(process.cwd(), name)).sort());
        expect(rows).to.have.length(Number(equivalent));
      });
    }
  });
});

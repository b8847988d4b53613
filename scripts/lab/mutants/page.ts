import type { Judged } from './outcome.js';
import type { Origin } from './changes/mutant.js';

/** Where the page lies, from the root. */
export const MUTANTS_PAGE = 'docs/mutants.md';

const INTRODUCTION = [
  '# Mutants',
  '',
  'Each line is a change to one contract that the Solidity tests must notice, and the first test that does. `npm run mutants` makes the',
  'changes in memory, runs the tests against each, and writes this page. Survivors that change nothing anybody could observe are',
  'listed with the reason, which stands in `scripts/lab/mutants/equivalent.json`.',
  '',
].join('\n');

const TITLES: Readonly<Record<Origin, string>> = {
  named: 'Invariants, attacks and rules: `scripts/lab/mutants/changes/named/`',
  site: 'Every `if`, `require`, `assert`, `revert` and use of a modifier',
  boundary: 'Every boundary',
  operator: 'Operators and numbers, a hundred drawn with a fixed seed',
};

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
const prose = (text: string): string => cell(text).replaceAll(/[<>*_`[\]]/g, String.raw`\$&`);

const row = ({ mutant, verdict, reason }: Judged): string => {
  const what = mutant.origin === 'named' ? prose(mutant.id) : `\`${cell(mutant.id)}\``;
  const fate = verdict.kind === 'caught' ? `\`${cell(verdict.test.replace(/\(.*$/, ''))}\`` : `equivalent: ${prose(reason ?? '')}`;
  return `| ${what} | ${mutant.path.replace(/^contracts\//, '')}:${mutant.line} | ${fate} |`;
};

/** The page of all mutants and what became of them. */
export const mutantsPage = (judged: readonly Judged[], summary: string): string => {
  const sections = (Object.keys(TITLES) as readonly Origin[]).map((origin) => {
    const rows = judged.filter(({ mutant }) => mutant.origin === origin).map(row);
    return [`## ${TITLES[origin]}`, '', '| mutant | where | caught by |', '| --- | --- | --- |', ...rows, ''].join('\n');
  });
  return [INTRODUCTION, `${summary}.\n`, '<!-- prettier-ignore-start -->\n', ...sections, '<!-- prettier-ignore-end -->\n'].join('\n');
};

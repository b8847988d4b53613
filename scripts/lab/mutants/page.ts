import type { Origin } from './changes/mutant.js';
import type { Judged } from './outcome.js';

/** Where the page lies, from the root. */
export const MUTANTS_PAGE = 'docs/mutants.md';

const INTRODUCTION = [
  '# Mutants',
  '',
  'A mutant is one change to one contract that the Solidity tests must notice. `npm run mutants` makes the changes in memory, runs the',
  'tests against each, says which test caught it, and writes this page. A survivor that changes nothing anybody could observe is equivalent,',
  'with its reason in `scripts/lab/mutants/equivalent.json`; any other is a test that is missing.',
  '',
].join('\n');

/** What there are mutants of. */
const KINDS: Readonly<Record<Origin, string>> = {
  named: 'Invariants, attacks and rules, in `scripts/lab/mutants/changes/named/`',
  site: 'Every `if`, `require`, `assert`, `revert` and use of a modifier',
  boundary: 'Every boundary',
  operator: 'Operators and numbers, a hundred drawn with a fixed seed',
};

const survived = ({ verdict }: Judged): boolean => verdict.kind === 'survived';

const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
const prose = (text: string): string => cell(text).replaceAll(/[<>*_`[\]]/g, String.raw`\$&`);
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``);
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

const fileOf = ({ mutant }: Judged): string => mutant.path;

/** How many of the mutants are caught and how many are not, under `name`. */
const counts = (name: string, judged: readonly Judged[]): string => {
  const survivors = judged.filter(survived);
  const equivalent = survivors.filter(({ reason }) => reason !== undefined).length;
  return row([name, judged.length, judged.length - survivors.length, equivalent, survivors.length - equivalent]);
};

const countTable = (what: string, rows: readonly string[]): readonly string[] => [
  row([what, 'mutants', 'caught', 'equivalent', 'missed']),
  row(['---', '---:', '---:', '---:', '---:']),
  ...rows,
  '',
];

const byKind = (judged: readonly Judged[]): readonly string[] =>
  (Object.keys(KINDS) as readonly Origin[]).map((kind) =>
    counts(
      KINDS[kind],
      judged.filter(({ mutant }) => mutant.origin === kind),
    ),
  );

const byFile = (judged: readonly Judged[]): readonly string[] => {
  const files = [...new Set(judged.map(fileOf))].sort();
  return files.map((file) =>
    counts(
      code(file),
      judged.filter((each) => fileOf(each) === file),
    ),
  );
};

const survivorRow = (judged: Judged): string => {
  const { mutant, reason } = judged;
  return row([code(fileOf(judged)), code(mutant.verb), code(mutant.change), reason === undefined ? '**missed**' : prose(reason)]);
};

/** The page: how many mutants there are by kind and by file, what became of them, and each survivor with its reason. */
export const mutantsPage = (judged: readonly Judged[], summary: string): string =>
  [
    INTRODUCTION,
    `${summary}.\n`,
    '<!-- prettier-ignore-start -->\n',
    '## By kind\n',
    ...countTable('kind', byKind(judged)),
    '## By contract\n',
    ...countTable('file', byFile(judged)),
    '## Survivors\n',
    row(['file', 'function', 'change', 'why nobody could observe it']),
    row(['---', '---', '---', '---']),
    ...judged.filter(survived).map(survivorRow),
    '\n<!-- prettier-ignore-end -->\n',
  ].join('\n');

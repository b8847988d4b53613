import type { MutantKind } from './kind.js';
import type { Origin } from './mutant.js';
import type { Judged } from './outcome.js';

/** Where the page lies, from the root. */
export const MUTANTS_PAGE = 'docs/mutants.md';

const INTRODUCTION = [
  '# Mutants',
  '',
  'A mutant is one change to one contract, or to one of the pure decisions of provider and renter, that a test must notice: a Solidity test',
  'or a mocha test. `npm run mutants` makes the changes in memory, runs the tests against each, says which test caught it, and writes this',
  'page. A survivor that changes nothing anybody could observe is equivalent, with its reason in `scripts/lab/mutants/equivalent.json`; any',
  'other is a test that is missing.',
  '',
].join('\n');

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

const byOrigin = (origins: MutantKind['origins'], judged: readonly Judged[]): readonly string[] =>
  (Object.entries(origins) as readonly [Origin, string][]).map(([origin, name]) =>
    counts(
      name,
      judged.filter(({ mutant }) => mutant.origin === origin),
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

/** The section of a kind: how many mutants there are by origin and by file, what became of them, each survivor with its reason. */
export const sectionOf = ({ title, origins }: Pick<MutantKind, 'title' | 'origins'>, judged: readonly Judged[], summary: string): string =>
  [
    `## ${title}\n`,
    `${summary}.\n`,
    '<!-- prettier-ignore-start -->\n',
    '### By origin\n',
    ...countTable('origin', byOrigin(origins, judged)),
    '### By file\n',
    ...countTable('file', byFile(judged)),
    '### Survivors\n',
    row(['file', 'function', 'change', 'why nobody could observe it']),
    row(['---', '---', '---', '---']),
    ...judged.filter(survived).map(survivorRow),
    '\n<!-- prettier-ignore-end -->\n',
  ].join('\n');

/** The page with `section` under `title`, in the place of what was there; other sections stay as they are in `old`. */
export const pageWith = (old: string, title: string, section: string): string => {
  const [, ...sections] = old.split(/^(?=## )/m);
  const others = sections.filter((each) => !each.startsWith(`## ${title}\n`)).map((each) => each.trimEnd());
  return `${[INTRODUCTION.trimEnd(), ...[...others, section.trimEnd()].sort()].join('\n\n')}\n`;
};

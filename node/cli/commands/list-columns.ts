import { countText, showTokens } from '../../core/amount-text.js';
import type { Wei } from '../../core/units.js';
import { showMinute, showSize } from '../amounts.js';

/** What is told of a file or a folder beside its name. */
export interface ListedRow {
  /** `folder`, `stored`, `unfinished`, or, where the chain was asked, `lost`. */
  readonly state: string;
  readonly bytes: number;
  /** Of a file its k and n, of a folder how many files lie in it and below. */
  readonly shape: { readonly k: number; readonly n: number } | { readonly files: number };
  /** Milliseconds since 1970; of a file alone. */
  readonly storedAt?: number;
  readonly id?: string;
  /** Where the chain was asked: how much of it is kept, the day up to which enough of it is paid for, and its rent of 30 days, token wei. */
  readonly standing?: { readonly health: string; readonly until: string; readonly month: Wei };
}

/** A column of a list: its title, the characters that it takes, and what it says of a row for people and for programs. */
export interface Column {
  readonly title: string;
  readonly width: number;
  /** What is left out first where the screen is narrow has the highest. */
  readonly rank: number;
  /** Whether it says anything only where the chain was asked. */
  readonly asked?: true;
  text(row: ListedRow): string;
  /** Without units; {@link Column.text} where left out. */
  plain?(row: ListedRow): string;
}

const shapeText = ({ shape }: ListedRow): string => ('files' in shape ? countText(shape.files, 'file') : `${shape.k} of ${shape.n}`);
const storedText = ({ storedAt }: ListedRow): string => (storedAt === undefined ? '' : showMinute(storedAt));

/** In the order in which they stand; a name comes after them. */
const columns: readonly Column[] = [
  { title: 'size', width: 11, rank: 0, text: ({ bytes }) => showSize(bytes), plain: ({ bytes }) => String(bytes) },
  { title: 'health', width: 12, rank: 1, asked: true, text: ({ standing }) => standing?.health ?? '' },
  { title: 'paid until', width: 10, rank: 2, asked: true, text: ({ standing }) => standing?.until ?? '' },
  { title: 'a month', width: 15, rank: 3, asked: true, text: ({ standing }) => (standing === undefined ? '' : showTokens(standing.month)) },
  { title: 'stored', width: 16, rank: 4, text: storedText },
  { title: 'shards', width: 12, rank: 5, text: shapeText },
  { title: 'id', width: 32, rank: 6, text: ({ id }) => id ?? '' },
];

/** Characters between columns, and those that a name gets at least. */
const GAP = '  ';
const NAME_LEAST = 20;

/** How rows are written: what stands before each name, and above all of them. */
export interface ListForm {
  /** Above the rows; undefined where programs read them. */
  readonly title: string | undefined;
  /** Whether each row has its id. */
  readonly hasIds: boolean;
  head(row: ListedRow): string;
}

/** For a terminal of `width` characters: as many columns as leave room for a name. */
const screenForm = (width: number, fitting: readonly Column[]): ListForm => {
  let left = width - NAME_LEAST;
  const kept = new Set<Column>();
  for (const column of fitting.toSorted((a, b) => a.rank - b.rank)) {
    left -= column.width + GAP.length;
    if (left < 0) break;
    kept.add(column);
  }
  const shown = fitting.filter((column) => kept.has(column));
  const line = (textOf: (column: Column) => string): string => shown.map((column) => textOf(column).padStart(column.width) + GAP).join('');
  return {
    title: `${line(({ title }) => title)}name`,
    hasIds: shown.some(({ title }) => title === 'id'),
    head: (row) => line(({ text }) => text(row)),
  };
};

/** For programs that read lines: state and all columns, separated by tabs, whatever they say. */
const plainForm = (fitting: readonly Column[]): ListForm => ({
  title: undefined,
  hasIds: true,
  head: (row) => [row.state, ...fitting.map(({ text, plain = text }) => plain(row) || '-')].map((text) => `${text}\t`).join(''),
});

/** How a list is written on a terminal of `width` characters, or where that is undefined for programs; `asked` if the chain was. */
export const listForm = (width: number | undefined, asked: boolean): ListForm => {
  const fitting = columns.filter((column) => asked || column.asked !== true);
  return width === undefined ? plainForm(fitting) : screenForm(width, fitting);
};

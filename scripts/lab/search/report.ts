import type { ParameterSet } from './parameter-sets.js';
import type { Depth, SearchResult } from './search.js';
import { described } from './strategy.js';
import { profits, rank, type Summary } from './summary.js';

/** What is kept of one strategy's summary. */
export interface ReportRow {
  readonly strategy: string;
  /** Mean profit a period, and its standard error, in periods of the honest renters' rent. */
  readonly profit: number;
  readonly error: number;
  /** Rent of the data not kept, in the same unit. */
  readonly saved: number;
  readonly misses: number;
  readonly defaults: number;
}

/** What a search found at one set of parameters. */
export interface ReportPart {
  readonly parameters: string;
  readonly sound: boolean;
  readonly tried: number;
  /** Whether any strategy earned more than honesty, beyond noise. */
  readonly cheatingPays: boolean;
  readonly found: readonly ReportRow[];
  readonly known: Readonly<Record<string, ReportRow>>;
}

export interface SearchReport {
  readonly depth: Depth;
  readonly seed: string;
  readonly periods: number;
  readonly parts: readonly ReportPart[];
}

const rounded = (value: number): number => Number(value.toFixed(5)) + 0;

const rowOf = ({ strategy, profit, saved, misses, defaults }: Summary): ReportRow => ({
  strategy: described(strategy),
  profit: rounded(profit.mean),
  error: rounded(profit.error),
  saved: rounded(saved),
  misses: rounded(misses),
  defaults: rounded(defaults),
});

export const partOf = ({ name, sound }: ParameterSet, { tried, found, known }: SearchResult): ReportPart => {
  const best = Object.entries(known).sort(([, a], [, b]) => rank(b) - rank(a));
  return {
    parameters: name,
    sound,
    tried,
    cheatingPays: [...found, ...Object.values(known)].some(profits),
    found: found.map(rowOf),
    known: Object.fromEntries(best.map(([attack, summary]) => [attack, rowOf(summary)])),
  };
};

/** Rows of a part that a person sees: the best three found, and the known attacks that came nearest. */
const SHOWN = 3;

const line = ({ strategy, profit, error, saved }: ReportRow, name: string): string => {
  const each = saved > 0 ? (profit / saved).toFixed(3) : '';
  return `  ${profit.toFixed(4).padStart(8)} ± ${error.toFixed(4)}  ${saved.toFixed(3)}  ${each.padStart(7)}  ${name}${strategy}`;
};

/** The table of one part. */
export const tableOf = ({ parameters, sound, tried, cheatingPays, found, known }: ReportPart): string => {
  const verdict = `${cheatingPays ? 'cheating pays' : 'no cheating pays'}${cheatingPays === sound ? ', and that is WRONG' : ''}`;
  return [
    '',
    `${parameters} (${sound ? 'sound' : 'refused by R9'}; ${tried} strategies tried): ${verdict}`,
    '    profit a period  saved  profit/saved  strategy',
    ...found.slice(0, SHOWN).map((row) => line(row, '')),
    ...Object.entries(known)
      .slice(0, SHOWN)
      .map(([name, row]) => line(row, `(${name}) `)),
  ].join('\n');
};

/** What is wrong, a sentence each: cheating that pays where R9 promises that it does not, and the other way round. */
export const wrongVerdicts = ({ parts }: SearchReport): readonly string[] =>
  parts
    .filter(({ sound, cheatingPays }) => sound === cheatingPays)
    .map(({ parameters, sound }) =>
      sound ? `cheating pays at "${parameters}", which R9 lets pass` : `no cheating was found to pay at "${parameters}", which R9 refuses`,
    );

/** A file of the project as text, its path from the root. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What a mutant was made from: a named defect, a refusal, a site that each needs a mutant, a boundary, an operator or a number. */
export type Origin = 'named' | 'refusal' | 'site' | 'boundary' | 'operator' | 'number';

/** One change to one file. */
export interface Mutant {
  /** Says what is changed, where; stays the same when lines move. */
  readonly id: string;
  readonly origin: Origin;
  /** File that is changed, its path from the root. */
  readonly path: string;
  readonly line: number;
  /** Name of the function that is changed; empty outside of functions. */
  readonly verb: string;
  /** What was there and what is there instead, shortened. */
  readonly change: string;
  /** The whole file, changed. */
  readonly mutated: string;
}

/** A replacement of a part of a file, not yet named. */
export interface Change {
  /** What is replaced, as offsets into the text. */
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
  /** What is shown as changed: the part itself, or an expression around it. */
  readonly shownFrom: number;
  readonly shownTo: number;
  readonly verb: string;
}

/** A part of a file, as offsets into the text, and the name of the function that it is in. */
export interface Part {
  readonly from: number;
  readonly to: number;
  readonly verb: string;
}

/** `replacement` in place of `from` … `to`, shown as a change of the whole of `shown`. */
export const exchange = (from: number, to: number, replacement: string, shown: Part): Change => ({
  from,
  to,
  replacement,
  shownFrom: shown.from,
  shownTo: shown.to,
  verb: shown.verb,
});

const SHOWN = 72;

const shorten = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > SHOWN ? `${line.slice(0, SHOWN - 1)}…` : line;
};

/** `before → after`, both in a line and not too long. */
export const changeText = (before: string, after: string): string => `${shorten(before)} → ${shorten(after) || 'nothing'}`;

/** The file with `change` made to it. */
export const applied = ({ text }: Source, { from, to, replacement }: Pick<Change, 'from' | 'to' | 'replacement'>): string =>
  text.slice(0, from) + replacement + text.slice(to);

/** `contracts/market/Stakes.sol` or `node/core/market/rent.ts` as it is called in a mutant's name. */
const shortName = (path: string): string => path.replace(/^(contracts|node)\//, '').replace(/\.(sol|ts)$/, '');

/** Line that `offset` lies in, from one on. */
export const lineOf = ({ text }: Source, offset: number): number => text.slice(0, offset).split('\n').length;

/** Names changes of `source`; of those with the same words each gets a number. */
export const mutantsOf = (source: Source, origin: Origin, changes: readonly Change[]): readonly Mutant[] => {
  const seen = new Map<string, number>();
  return changes.map((change) => {
    const { from, to, replacement, shownFrom, shownTo, verb } = change;
    const before = source.text.slice(shownFrom, shownTo);
    const after = source.text.slice(shownFrom, from) + replacement + source.text.slice(to, shownTo);
    const shown = changeText(before, after);
    const words = `${shortName(source.path)}${verb === '' ? '' : `.${verb}`}: ${shown}`;
    const count = (seen.get(words) ?? 0) + 1;
    seen.set(words, count);
    const id = count === 1 ? words : `${words} (${count})`;
    return { id, origin, path: source.path, line: lineOf(source, from), verb, change: shown, mutated: applied(source, change) };
  });
};

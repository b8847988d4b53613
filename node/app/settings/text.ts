import { applyEdits, modify, parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { HoldfastError } from '../../core/errors/holdfast-error.js';

/** Most bytes of a settings file. */
const FILE_CAP = 64 << 10;

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The settings in `text`: JSON in which comments and trailing commas are allowed.
 * @throws CONFIG_INVALID naming `source` and, where the text breaks off, the line.
 */
export const parseSettings = (text: string, source: string): Record<string, unknown> => {
  const refuse = (problem: string): HoldfastError => new HoldfastError('CONFIG_INVALID', { source, key: '(file)', problem });
  if (text.length > FILE_CAP) throw refuse(`over ${FILE_CAP} bytes`);
  const { value, errors } = parseOr(text, () => refuse('nested too deeply'));
  const [first] = errors;
  if (first) throw refuse(`not JSON at line ${lineAt(text, first.offset)}: ${printParseErrorCode(first.error)}`);
  if (!isSection(value)) throw refuse('it must be one JSON object');
  return value;
};

/** The parser calls itself for each level: what is too deep for that ends as `tooDeep` says. */
const parseOr = (text: string, tooDeep: () => Error): { readonly value: unknown; readonly errors: readonly ParseError[] } => {
  const errors: ParseError[] = [];
  try {
    return { value: parse(text, errors, { allowTrailingComma: true }), errors };
  } catch (cause) {
    throw cause instanceof RangeError ? tooDeep() : cause;
  }
};

/** `text` with `changes` set, section by section; comments and everything else in it stay. Undefined leaves a setting alone. */
export const editSettings = (text: string, changes: Readonly<Record<string, unknown>>): string =>
  leavesOf(changes).reduce(
    (edited, [path, value]) =>
      applyEdits(edited, modify(edited, [...path], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } })),
    text,
  );

/** What is to be set, each with its place: a section is entered, anything else is one value. */
const leavesOf = (changes: Readonly<Record<string, unknown>>): readonly (readonly [readonly string[], unknown])[] =>
  Object.entries(changes).flatMap(([key, value]) => {
    if (value === undefined) return [];
    if (!isSection(value)) return [[[key], value] as const];
    return leavesOf(value).map(([path, leaf]) => [[key, ...path], leaf] as const);
  });

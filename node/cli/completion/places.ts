import type { LoadedCommand, ParameterSpec } from '../command.js';
import { globalsOf, groupSummaries } from '../program.js';

/** A word with what it is for. */
export interface Word {
  readonly word: string;
  readonly summary: string;
}

/** What an option's value is: one of some words, a file or folder, or anything. */
export type Value = { readonly kind: 'words'; readonly words: readonly string[] } | { readonly kind: 'file' } | { readonly kind: 'text' };

export interface Option {
  /** With its dashes. */
  readonly name: string;
  readonly summary: string;
  /** Undefined for a switch. */
  readonly value?: Value;
}

/** A point on the way through the command line: the words of a command or group so far, and what may follow. */
export interface Place {
  /** "" at the start, "wallet new". */
  readonly path: string;
  readonly next: readonly Word[];
  readonly options: readonly Option[];
}

/** Places that files are named at. */
const FILES = /^[<[](file|folder)/;

const optionOf = ({ flags, description, choices }: ParameterSpec): Option => {
  const [name = '', placeholder] = flags.split(' ');
  if (placeholder === undefined) return { name, summary: description };
  if (choices) return { name, summary: description, value: { kind: 'words', words: choices } };
  return { name, summary: description, value: { kind: FILES.test(placeholder) ? 'file' : 'text' } };
};

/** All places of a command line with commands `specs`, the start first. */
export const placesOf = (specs: readonly LoadedCommand[]): readonly Place[] => {
  const prefixes = specs.flatMap(({ path }) => path.map((_, depth) => path.slice(0, depth).join(' ')));
  const paths = new Set(['', ...prefixes, ...specs.map(({ path }) => path.join(' '))]);
  return [...paths].map((path) => {
    const spec = specs.find((each) => each.path.join(' ') === path);
    const own = spec ? [...(spec.options ?? []), ...globalsOf(spec)] : [{ flags: '--version', description: 'print the version' }];
    return {
      path,
      next: [...followers(specs, path), ...(spec?.arguments?.[0]?.choices ?? []).map((word) => ({ word, summary: word }))],
      options: [...own, { flags: '--help', description: 'show how it is called' }].map(optionOf),
    };
  });
};

const followers = (specs: readonly LoadedCommand[], path: string): readonly Word[] => {
  const depth = path === '' ? 0 : path.split(' ').length;
  const below = specs.filter((spec) => spec.path.length > depth && spec.path.slice(0, depth).join(' ') === path);
  const words = new Set(below.map((spec) => spec.path[depth] ?? ''));
  return [...words].map((word) => {
    const own = below.find((spec) => spec.path.length === depth + 1 && spec.path[depth] === word);
    return { word, summary: groupSummaries[word] ?? own?.summary ?? word };
  });
};

/** Every option of `places` that takes a value, once by name. */
export const valuedOptions = (places: readonly Place[]): readonly (Option & { readonly value: Value })[] => {
  const byName = new Map<string, Option & { readonly value: Value }>();
  for (const { name, summary, value } of places.flatMap(({ options }) => options)) if (value) byName.set(name, { name, summary, value });
  return [...byName.values()];
};

/** The names of options whose value is of `kind`, or of any kind. */
export const namesOf = (places: readonly Place[], kind?: Value['kind']): readonly string[] =>
  valuedOptions(places)
    .filter(({ value }) => kind === undefined || value.kind === kind)
    .map(({ name }) => name);

import type { Readable, Writable } from 'node:stream';
import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Settings } from '../app/settings/config.js';
import type { Prompt } from './prompt.js';
import type { Terminal } from './terminal.js';

/** An option or argument of a command as commander writes it: `--max-price <amount>`, `<file>`. */
export interface ParameterSpec {
  readonly flags: string;
  readonly description: string;
  /** Words that shell completion offers. */
  readonly choices?: readonly string[];
}

/** What a command returns: lines for people, one JSON value for programs (`--json`). Bigints become decimal strings. */
export interface Outcome {
  readonly text: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  /** Default 0. For a command whose answer can be bad news, such as a check. */
  readonly exitCode?: number;
  /** Everything was printed as it came: `json` is not printed. */
  readonly printed?: true;
}

/** What a command is called and what it is for: all that the help of its group needs. */
export interface CommandName {
  /** Words after `holdfast`. */
  readonly path: readonly [string, ...string[]];
  readonly summary: string;
}

/** A row of the table of all commands, `command-table.ts`. */
export interface CommandEntry extends CommandName {
  /** Reads the command's file. */
  load(): Promise<CommandSpec>;
}

/** A command with what its file says. */
export type LoadedCommand = CommandName & CommandSpec;

/**
 * How a command is called and what it does: what its file, `commands/` and its words, exports as `command`. What only `run` needs and is large
 * (the chain, libp2p, a database) is imported when it runs.
 */
export interface CommandSpec {
  readonly arguments?: readonly ParameterSpec[];
  readonly options?: readonly ParameterSpec[];
  /** Reads no home, keys, book or chain: takes none of the options that name them. */
  readonly standsAlone?: true;
  /** Full command lines, at least one. */
  readonly examples: readonly [string, ...string[]];
  run(call: Call): Promise<Outcome>;
}

/** A word of the command line, several for a variadic argument, nothing for an optional one left out. */
export type Argument = string | readonly string[] | undefined;

/** Bytes from and to other programs. */
export interface Standard {
  readonly input: Readable;
  readonly output: Writable;
  /** Where people are spoken to while the output is for a program: standard error. */
  readonly aside: Terminal;
}

/** What a command is run with. */
export interface Call {
  /** By position; a variadic argument is a list. */
  readonly args: readonly Argument[];
  readonly options: OptionReader;
  readonly terminal: Terminal;
  readonly standard: Standard;
  readonly prompt: Prompt;
  /** Settings from file, environment and flags; read when first asked for. */
  settings(): Promise<Settings>;
  /** Aborts on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** The options given, read by name (camel case), each with the parser that its unit needs. */
export class OptionReader {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' ? value : undefined;
  }

  /** The option parsed by `parse`, whose error is told as BAD_OPTION. */
  parsed<Value>(name: string, expected: string, parse: (text: string) => Value): Value | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : parseParameter(optionName(name), value, expected, parse);
  }

  required<Value>(name: string, expected: string, parse: (text: string) => Value): Value {
    const value = this.parsed(name, expected, parse);
    if (value === undefined) throw new HoldfastError('OPTION_MISSING', { option: optionName(name), expected });
    return value;
  }
}

/** Parses one argument or option; whatever `parse` throws becomes BAD_OPTION. */
export const parseParameter = <Value>(name: string, value: string, expected: string, parse: (text: string) => Value): Value => {
  try {
    return parse(value);
  } catch (cause) {
    throw new HoldfastError('BAD_OPTION', { option: name, value, expected }, { cause });
  }
};

/** Argument `index` as one word, empty if left out. */
export const wordOf = (call: Pick<Call, 'args'>, index: number): string => {
  const argument = call.args[index];
  return typeof argument === 'string' ? argument : '';
};

/** Argument `index` as words, none if left out. */
export const wordsOf = (call: Pick<Call, 'args'>, index: number): readonly string[] => {
  const argument = call.args[index];
  return argument === undefined ? [] : typeof argument === 'string' ? [argument] : argument;
};

const optionName = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

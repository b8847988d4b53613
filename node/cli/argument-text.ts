import { visibleLine } from '../core/visible-text.js';
import type { OptionReader } from './command.js';

const PLAIN = /^[\w./:@%+,-]+$/;

/** Between quotes of a shell; where there is what a terminal obeys, in the form that bash, zsh and ksh read (`$'…'`), escaped. */
const quoted = (text: string): string => {
  if (visibleLine(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${visibleLine(text.replaceAll(/[\\']/g, '\\$&'))}'`;
};

/** `text` as one word of a shell: quoted where it must be. */
const wordText = (text: string): string => (PLAIN.test(text) ? text : quoted(text));

/** What a suggested command is for: the home that this one was given. */
type Given = Pick<OptionReader, 'text'>;

/**
 * `command` with `words` as a line that can be pasted into a shell, about the same home: quoted where it must be, after `--` where a word begins with
 * a dash.
 */
export const commandText = ({ options }: { readonly options: Given }, command: string, words: readonly string[]): string => {
  const home = options.text('home');
  const place = home === undefined ? [] : [`--home=${wordText(home)}`];
  const end = words.some((word) => word.startsWith('-')) ? ['--'] : [];
  return [command, ...place, ...end, ...words.map(wordText)].join(' ');
};

import { visibleLine } from '../core/visible-text.js';

const PLAIN = /^[\w./:@%+,-]+$/;

/** Between quotes of a shell; where there is what a terminal obeys, in the form that bash, zsh and ksh read (`$'…'`), escaped. */
const quoted = (text: string): string => {
  if (visibleLine(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${visibleLine(text.replaceAll(/[\\']/g, '\\$&'))}'`;
};

/** `text` as one word of a shell: quoted where it must be. */
const wordText = (text: string): string => (PLAIN.test(text) ? text : quoted(text));

/** `text` as one argument that can be pasted into a shell after a command: quoted where it must be, after `--` where it begins with a dash. */
export const argumentText = (text: string): string => (text.startsWith('-') ? `-- ${wordText(text)}` : wordText(text));

/** A command with several such arguments. */
export const commandText = (command: string, words: readonly string[]): string => `${command} -- ${words.map(wordText).join(' ')}`;

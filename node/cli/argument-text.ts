import { visibleLine } from '../core/visible-text.js';

const PLAIN = /^[\w./:@%+,-]+$/;

/** Between quotes of a shell; where there is what a terminal obeys, in the form that bash, zsh and ksh read (`$'…'`), escaped. */
const quoted = (text: string): string => {
  if (visibleLine(text) === text) return `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${visibleLine(text.replaceAll(/[\\']/g, '\\$&'))}'`;
};

/** `text` as one argument that can be pasted into a shell after a command: quoted where it must be, after `--` where it begins with a dash. */
export const argumentText = (text: string): string => {
  const word = PLAIN.test(text) ? text : quoted(text);
  return text.startsWith('-') ? `-- ${word}` : word;
};

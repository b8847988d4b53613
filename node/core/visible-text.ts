/**
 * What a terminal obeys or cannot show: controls, line separators, and marks that turn the direction of text around or have no width. What joins the
 * parts of letters and emoji stays.
 */
const OBEYED = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const written = (mark: string): string => {
  const code = mark.charCodeAt(0);
  return SHORT[mark] ?? (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
};

/**
 * `text` on one line, as a terminal may be given it: names of files, addresses of providers and reasons of errors are whatever somebody wrote. What a
 * terminal obeys is written out: `\n`, `\x1b`, `\u202e`.
 */
export const visibleLine = (text: string): string => text.replaceAll(OBEYED, written);

/** The same of lines: their breaks and tabs stay. */
export const visibleLines = (text: string): string =>
  text.replaceAll(OBEYED, (mark) => (mark === '\n' || mark === '\t' ? mark : written(mark)));

/** The name of an object or a file for people: as {@link visibleLine}, and a backslash as two, so that no two names look alike. */
export const nameText = (name: string): string => visibleLine(name.replaceAll('\\', '\\\\'));

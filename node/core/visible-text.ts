/**
 * What a terminal obeys or cannot show: controls, line separators, and marks that turn the direction of text around or have no width. What joins the
 * parts of letters and emoji stays.
 */
const OBEYED =
  /\u034f|\u17b4|\u17b5|[\p{Cc}\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** From U+007F on as JSON has it, and shells too: to those, `\x9b` is a byte, and no mark. */
const written = (mark: string): string => {
  const code = mark.charCodeAt(0);
  return SHORT[mark] ?? (code < 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`);
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

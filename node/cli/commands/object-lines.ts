/** `text` as one argument that can be pasted into a shell after a command: quoted where it must be, after `--` where it begins with a dash. */
export const argumentText = (text: string): string => {
  const quoted = /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith('-') ? `-- ${quoted}` : quoted;
};

/** A number as people read it: 12,345. */
export const count = (value: number | bigint): string => value.toLocaleString('en');

/** A Markdown table whose first column is text and whose others are numbers. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '--:')), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** `value` as JSON text; bigints become decimal strings. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? one.toString() : one), 2);

/** `value` as JSON on one line. */
export const jsonLine = (value: unknown): string => JSON.stringify(JSON.parse(jsonText(value)));

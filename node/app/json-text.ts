/** `value` as JSON text; bigints become decimal strings. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? one.toString() : one), 2);

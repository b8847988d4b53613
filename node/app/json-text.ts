import { visibleLine, visibleLines } from '../core/visible-text.js';

const inJson = (_key: string, one: unknown): unknown => (typeof one === 'bigint' ? one.toString() : one);

/** `value` as JSON text; bigints become decimal strings. What a terminal would obey is escaped, as JSON may have any mark: programs read the same. */
export const jsonText = (value: unknown): string => visibleLines(JSON.stringify(value, inJson, 2));

/** `value` as JSON on one line. */
export const jsonLine = (value: unknown): string => visibleLine(JSON.stringify(value, inJson));

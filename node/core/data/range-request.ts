import { HoldfastError } from '../errors/holdfast-error.js';
import type { ByteRange } from './band.js';

/** Bytes as HTTP asks for them (RFC 9110, 14.1.2): from the first to the last one, which may be left out, or so many at the end. */
export type RangeRequest = { readonly first: number; readonly last?: number | undefined } | { readonly suffix: number };

/** How a range is written. */
export const RANGE_SHAPE = 'FIRST-LAST, FIRST- or -N: bytes are counted from 0, and LAST is one of them';

/** "0-499", "500-", "-500". RangeError for anything else. */
export const parseRange = (text: string): RangeRequest => {
  const [, first = '', last = ''] = /^(\d{0,16})-(\d{0,16})$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first + last === '' || !Number.isSafeInteger(from) || !Number.isSafeInteger(to)) throw new RangeError(`no range: ${text}`);
  if (first === '') return { suffix: to };
  if (last === '') return { first: from };
  if (to < from) throw new RangeError(`the last byte comes before the first: ${text}`);
  return { first: from, last: to };
};

/** Those of the bytes of `name` that are there: of a last byte behind the end, all up to the end. RANGE_BEYOND_END if there is none. */
export const rangeOf = (request: RangeRequest, { name, bytes }: { readonly name: string; readonly bytes: number }): ByteRange => {
  const start = 'suffix' in request ? Math.max(0, bytes - request.suffix) : request.first;
  const end = 'suffix' in request ? bytes : Math.min(bytes, (request.last ?? bytes - 1) + 1);
  if (start >= end) throw new HoldfastError('RANGE_BEYOND_END', { name, bytes, start, end: Math.max(start, end) });
  return { start, end };
};

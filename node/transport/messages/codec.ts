import { uintBytes, uintOf } from '../../core/data/bytes.js';
import { asError } from '../../core/errors/coded.js';

/** How a value looks on the wire, in both directions, from one declaration. `decode` throws on anything not exactly so. */
export interface Codec<T> {
  encode(value: T): unknown;
  decode(wire: unknown): T;
}

const insist = (holds: boolean, problem: string): void => {
  if (!holds) throw new RangeError(problem);
};

/** `min` to `max` bytes. */
export const bytesOf = (min: number, max: number): Codec<Uint8Array> => {
  const check = (value: unknown): Uint8Array => {
    if (!(value instanceof Uint8Array)) throw new TypeError('bytes expected');
    insist(value.length >= min && value.length <= max, `${value.length} bytes where ${min} to ${max} may be`);
    return value;
  };
  return { encode: check, decode: check };
};

/** At most `max` UTF-16 units of text. */
export const textOf = (max: number): Codec<string> => {
  const check = (value: unknown): string => {
    if (typeof value !== 'string') throw new TypeError('text expected');
    insist(value.length <= max, `${value.length} characters where at most ${max} may be`);
    return value;
  };
  return { encode: check, decode: check };
};

/** An integer of `min` to `max`. */
export const integerOf = (min: number, max: number): Codec<number> => {
  const check = (value: unknown): number => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError('integer expected');
    insist(value >= min && value <= max, `${value} where ${min} to ${max} may be`);
    return value;
  };
  return { encode: check, decode: check };
};

/** True or false. */
export const flag: Codec<boolean> = {
  encode: (value) => value,
  decode(wire) {
    if (typeof wire !== 'boolean') throw new TypeError('true or false expected');
    return wire;
  },
};

/** An unsigned bigint of at most `bits` bits, as big-endian bytes without leading zeros. */
export const amountOf = (bits: number): Codec<bigint> => ({
  encode(value) {
    if (typeof value !== 'bigint') throw new TypeError('amount expected');
    insist(value >= 0n && value < 1n << BigInt(bits), `an amount over ${bits} bits`);
    return value === 0n ? new Uint8Array(0) : uintBytes(value, Math.ceil(value.toString(16).length / 2));
  },
  decode(wire) {
    if (!(wire instanceof Uint8Array)) throw new TypeError('amount expected');
    insist(wire.length * 8 <= bits && wire[0] !== 0, `not an amount of at most ${bits} bits`);
    return uintOf(wire);
  },
});

/** At most `max` items. */
export const listOf = <T>(item: Codec<T>, max: number): Codec<readonly T[]> => ({
  encode(values) {
    insist(values.length <= max, `${values.length} items where at most ${max} may be`);
    return values.map((value) => item.encode(value));
  },
  decode(wire) {
    if (!Array.isArray(wire)) throw new TypeError('list expected');
    insist(wire.length <= max, `${wire.length} items where at most ${max} may be`);
    return wire.map((value) => item.decode(value));
  },
});

/** The value or nothing. */
export const maybe = <T>(some: Codec<T>): Codec<T | undefined> => ({
  encode: (value) => (value === undefined ? null : some.encode(value)),
  decode: (wire) => (wire === null ? undefined : some.decode(wire)),
});

/** Exactly these fields, by name: one more or one less is refused. */
export const record = <T extends object>(fields: { readonly [Name in keyof T]: Codec<T[Name]> }): Codec<T> => {
  const entries = Object.entries<Codec<unknown>>(fields as Record<string, Codec<unknown>>);
  const each = (values: object, turn: (codec: Codec<unknown>, value: unknown) => unknown): Record<string, unknown> =>
    Object.fromEntries(
      entries.map(([name, codec]) => {
        try {
          return [name, turn(codec, (values as Record<string, unknown>)[name])];
        } catch (error) {
          throw new TypeError(`${name}: ${asError(error).message}`, { cause: error });
        }
      }),
    );
  return {
    encode: (value) => each(value, (codec, field) => codec.encode(field)),
    decode(wire) {
      if (typeof wire !== 'object' || wire === null || Array.isArray(wire) || wire instanceof Uint8Array)
        throw new TypeError('record expected');
      for (const name of Object.keys(wire)) insist(Object.hasOwn(fields, name), `unknown field "${name.slice(0, 40)}"`);
      for (const [name] of entries) insist(Object.hasOwn(wire, name), `missing field "${name}"`);
      return each(wire, (codec, field) => codec.decode(field)) as T;
    },
  };
};

/** The same on the wire, another type in hand. */
export const mapped = <A, B>(inner: Codec<A>, to: (value: A) => B, from: (value: B) => A): Codec<B> => ({
  encode: (value) => inner.encode(from(value)),
  decode: (wire) => to(inner.decode(wire)),
});

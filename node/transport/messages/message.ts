import { decode, encode } from 'cborg';
import { equalBytes } from '../../core/data/bytes.js';
import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Codec } from './codec.js';

/** One kind of message: CBOR bytes, never more than `cap`, every field bounded by its codec. */
export interface Message<T> {
  readonly name: string;
  /** Most bytes it may have. */
  readonly cap: number;
  /** MESSAGE_TOO_LARGE or MESSAGE_INVALID if the value does not fit. */
  encode(value: T): Uint8Array;
  /** MESSAGE_TOO_LARGE or MESSAGE_INVALID if the bytes are not exactly such a message. */
  decode(bytes: Uint8Array): T;
}

/** Definite lengths, no duplicate keys, no tags, nothing after the end. */
const strict = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  rejectDuplicateMapKeys: true,
};

export const defineMessage = <T>(name: string, cap: number, body: Codec<T>): Message<T> => {
  const invalid = (error: unknown): HoldfastError => {
    const reason = asError(error).message.replace(/\p{C}/gu, ' ').slice(0, 200);
    return new HoldfastError('MESSAGE_INVALID', { message: name, reason }, { cause: error });
  };
  const refuseOverCap = (bytes: Uint8Array): void => {
    if (bytes.length > cap) throw new HoldfastError('MESSAGE_TOO_LARGE', { message: name, bytes: bytes.length, cap });
  };
  const attempt = <R>(work: () => R): R => {
    try {
      return work();
    } catch (error) {
      throw invalid(error);
    }
  };
  return {
    name,
    cap,
    encode(value) {
      const bytes = attempt(() => encode(body.encode(value)));
      refuseOverCap(bytes);
      return bytes;
    },
    decode(bytes) {
      refuseOverCap(bytes);
      return attempt(() => {
        const wire: unknown = decode(bytes, strict);
        const value = body.decode(wire);
        if (!equalBytes(encode(wire), bytes)) throw new TypeError('it is not in its one canonical form');
        return value;
      });
    },
  };
};

import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { SettlementReader } from '../../../node/ports/settlement.js';

const hashes = { what: 'the block hash', block: 1, one: 'http://one', oneSays: '0x1', other: 'http://other', otherSays: '0x2' };

/** `reader`, whose agreed reads reject while `isDisputed` says so. */
export const disputed = (reader: SettlementReader, isDisputed: () => boolean): SettlementReader =>
  new Proxy(reader, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return async (...call: unknown[]): Promise<unknown> => {
        if (isDisputed()) throw new HoldfastError('RPC_DISAGREES', hashes);
        return Reflect.apply(value, target, call) as unknown;
      };
    },
  });

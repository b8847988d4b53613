import type { SettlementReader } from '../../../../node/ports/settlement.js';

/** A reader that asks for each thing once a block. */
export interface KnownReads {
  readonly reader: SettlementReader;
  /** The chain has changed. */
  forget(): void;
}

/** What everybody asks again and again, and always of the newest block. */
const NAMES = ['head', 'blockHash', 'provider', 'deal', 'deals', 'dealsNow', 'treeOf', 'challengeOf', 'missesThrough', 'rewards'] as const;

export const createKnownReads = (source: SettlementReader): KnownReads => {
  let known = new Map<string, Promise<unknown>>();
  const reads = Object.fromEntries(
    NAMES.map((name) => {
      const ask = source[name] as (...rest: unknown[]) => Promise<unknown>;
      const read = (...rest: unknown[]): Promise<unknown> => {
        const key = JSON.stringify([name, ...rest.filter((value) => !(value instanceof AbortSignal))]);
        const answer = known.get(key) ?? ask(...rest);
        known.set(key, answer);
        return answer;
      };
      return [name, read];
    }),
  );
  const reader: SettlementReader = {
    ...source,
    ...reads,
    get agreed() {
      return reader;
    },
  };
  return {
    reader,
    forget: () => {
      known = new Map();
    },
  };
};

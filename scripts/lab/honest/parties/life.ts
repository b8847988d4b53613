import type { Settlement } from '../../../../node/ports/settlement.js';
import type { SectorStore } from '../../../../node/ports/sector-store.js';
import type { Log } from '../../../../node/ports/world.js';
import type { Rows } from '../../../../node/storage/rows/rows.js';

/** The time of one process. What it began and did not end before it was killed stays so. */
export interface Life {
  readonly over: boolean;
  kill(): void;
  /** Runs `task`; a dead process begins nothing, and does not hear how something ended. */
  live<Result>(task: () => Promise<Result>): Promise<Result>;
}

const never = <Result>(): Promise<Result> => new Promise<Result>(() => undefined);

export const createLife = (): Life => {
  let over = false;
  return {
    get over() {
      return over;
    },
    kill: () => void (over = true),
    live: async (task) => {
      if (over) return never();
      try {
        const result = await task();
        return over ? await never() : result;
      } catch (error) {
        if (over) return never();
        throw error;
      }
    },
  };
};

/** Rows that outlive a process and that a dead one does not change. */
export const rowsOf = (life: Life, rows: Rows): Rows => {
  return { ...rows, get: (key) => life.live(() => rows.get(key)), write: (changes) => life.live(() => rows.write(changes)) };
};

/** Sectors that outlive a process; `asked` hears of every question whether one is there. */
export const sectorsOf = (life: Life, store: SectorStore, asked: () => void): SectorStore => {
  return {
    ...store,
    get bytesUsed() {
      return store.bytesUsed;
    },
    has: (root) => {
      asked();
      return life.live(() => store.has(root));
    },
    put: (...sector) => life.live(() => store.put(...sector)),
    delete: (root) => life.live(() => store.delete(root)),
  };
};

/** What a process sent stays sent; a dead one sends nothing. */
export const settlementOf = (life: Life, settlement: Settlement): Settlement => {
  const mortal: Settlement = {
    ...settlement,
    get agreed() {
      return mortal;
    },
    submit: (action, options) => life.live(() => settlement.submit(action, options)),
  };
  return mortal;
};

/** A log that hears alarms only, of the living. */
export const alarmsOf = (life: Life, heard: (alarm: string) => void): Log => {
  const ignore = (): void => undefined;
  const alarm: Log['alarm'] = (event, facts) => {
    if (!life.over) heard(`${event} ${JSON.stringify(facts, plain)}`);
  };
  return { debug: ignore, info: ignore, warn: ignore, alarm };
};

const plain = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value instanceof Error ? `${value.name}: ${value.message}` : value;

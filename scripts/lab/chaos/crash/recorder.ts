import { AsyncLocalStorage } from 'node:async_hooks';
import { resolve } from 'node:path';
import { framesHere, siteOf } from './call-site.js';
import { recordFiles } from './record-files.js';
import { recordRows } from './record-rows.js';
import { ELSEWHERE, wordsOf, type Change, type Entry, type Holds, type Triple } from './trace.js';

/** Takes down a run: each step with what it was for, and what was promised when. */
export interface Recorder {
  readonly trace: readonly Entry[];
  /** Tags what is done until `task` is over, by whichever loop: one operation at a time. */
  during<Result>(operation: string, task: () => Promise<Result>): Promise<Result>;
  /** From now on `holds` must be so after any crash, until `key` is promised anew or released. */
  promise(key: string, holds: Holds): void;
  release(key: string): void;
  /** The same port, whose callers are named by the steps behind it. */
  port<Port extends object>(name: string, port: Port): Port;
  /** A signature or a hand-over by this process, done by `task`. Left out it comes to `instead`. */
  event<Result>(kind: 'signature' | 'hand-over', task: () => Result, instead: () => Result): Result;
  /** Ends the recording. */
  stop(): void;
}

export interface RecorderOptions {
  /** Folder, of which all that is in it counts as durable. */
  readonly root: string;
  /** Signature or hand-over that is left out. */
  readonly without?: Triple | undefined;
}

export const createRecorder = ({ root, without }: RecorderOptions): Recorder => {
  const trace: Entry[] = [];
  /** Frames that led into a port: a queue behind it hides them. */
  const callers = new AsyncLocalStorage<readonly string[]>();
  let operation = ELSEWHERE;
  const left = without && wordsOf(without);

  const tripleOf = (step: Change['kind']): Triple => {
    return { operation, step, site: siteOf([...framesHere(), ...(callers.getStore() ?? [])]) };
  };
  const note = (change: Change): void => void trace.push({ type: 'step', triple: tripleOf(change.kind), change });
  const stops = [recordFiles(resolve(root), note), recordRows(resolve(root), note)];

  return {
    trace,
    during: async (name, task) => {
      operation = name;
      try {
        return await task();
      } finally {
        operation = ELSEWHERE;
      }
    },
    promise: (key, holds) => void trace.push({ type: 'promise', key, holds }),
    release: (key) => void trace.push({ type: 'release', key }),
    port: (name, port) =>
      new Proxy(port, {
        get: (target, key) => {
          const value: unknown = Reflect.get(target, key);
          if (typeof value !== 'function') return value;
          return (...rest: unknown[]): unknown => {
            const frames = [`${name}.${String(key)}#`, ...framesHere(), ...(callers.getStore() ?? [])];
            return callers.run(frames, () => (value as (...all: unknown[]) => unknown).apply(target, rest));
          };
        },
      }),
    event: (kind, task, instead) => {
      const triple = tripleOf(kind);
      if (left === wordsOf(triple)) return instead();
      const result = task();
      trace.push({ type: 'step', triple, change: { kind } });
      return result;
    },
    stop: () => stops.forEach((stop) => stop()),
  };
};

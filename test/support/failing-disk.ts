import { createRequire, syncBuiltinESMExports } from 'node:module';

type Method = (...args: unknown[]) => unknown;

const files = createRequire(import.meta.url)('node:fs/promises') as Record<string, Method>;

/** An error as the system gives it. */
export const systemError = (code: string): Error => Object.assign(new Error(`${code}: the disk fails`), { code });

/** What a disk does not do any more: an error for the call with these arguments, or undefined. */
export type Failing = (...args: unknown[]) => Error | undefined;

/** Puts calls that may fail in the place of methods; returns what puts them back. */
const wrap = (target: Record<string, Method>, failing: Readonly<Record<string, Failing>>): (() => void) => {
  const originals = Object.keys(failing).map((name) => [name, target[name] as Method] as const);
  for (const [name, original] of originals)
    target[name] = function (this: unknown, ...args: unknown[]) {
      const error = failing[name]?.(...args);
      return error === undefined ? original.apply(this, args) : Promise.reject(error);
    };
  return () => {
    for (const [name, original] of originals) target[name] = original;
  };
};

/** Runs `task` while calls of `node:fs/promises`, and of the files that it opens, fail as told; LevelDB's do not. */
export const onFailingDisk = async <Result>(
  {
    calls = {},
    onHandles = {},
  }: { readonly calls?: Readonly<Record<string, Failing>>; readonly onHandles?: Readonly<Record<string, Failing>> },
  task: () => Promise<Result>,
): Promise<Result> => {
  const handle = (await files['open']?.(import.meta.filename, 'r')) as { close: () => Promise<void> };
  await handle.close();
  const undo = [wrap(Object.getPrototypeOf(handle) as Record<string, Method>, onHandles), wrap(files, calls)];
  syncBuiltinESMExports();
  try {
    return await task();
  } finally {
    for (const each of undo) each();
    syncBuiltinESMExports();
  }
};

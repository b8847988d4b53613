import { createRequire, syncBuiltinESMExports } from 'node:module';

type Calls = Record<string, number>;
type Method = (...args: never[]) => unknown;

const files = createRequire(import.meta.url)('node:fs/promises') as Record<string, Method>;
const OPERATIONS = ['open', 'stat', 'readdir', 'rename', 'rm', 'mkdir', 'readFile', 'writeFile', 'statfs'];
const ON_HANDLES = ['read', 'write', 'sync', 'datasync', 'truncate', 'stat', 'writeFile'];

/** Puts `counted` in the place of methods; resolves to what puts them back. */
const wrap = (target: Record<string, Method>, names: readonly string[], count: (name: string) => void): (() => void) => {
  const originals = names.map((name) => [name, target[name]] as const);
  for (const [name, original] of originals)
    target[name] = function (this: unknown, ...args: never[]) {
      count(name);
      return original?.apply(this, args);
    };
  return () => {
    for (const [name, original] of originals) if (original !== undefined) target[name] = original;
  };
};

/** Runs `task` and counts what it asks of the file system through `node:fs/promises`; LevelDB asks it behind our back. */
export const countingDisk = async (task: () => Promise<unknown>): Promise<Calls> => {
  const calls: Calls = {};
  const count = (name: string): void => void (calls[name] = (calls[name] ?? 0) + 1);
  const handle = (await files['open']?.(...([import.meta.filename, 'r'] as never[]))) as { close: () => Promise<void> };
  await handle.close();
  const undo = [
    wrap(Object.getPrototypeOf(handle) as Record<string, Method>, ON_HANDLES, (name) => {
      count(`handle.${name}`);
    }),
    wrap(files, OPERATIONS, count),
  ];
  syncBuiltinESMExports();
  try {
    await task();
    return calls;
  } finally {
    for (const each of undo) each();
    syncBuiltinESMExports();
  }
};

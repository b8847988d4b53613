import type { ObjectRecord } from '../../ports/catalogue.js';
import { showSize } from '../amounts.js';

/** What there is to say of an object that is not as it should be; `left` shards are kept of one that cannot be read back. */
const remark = ({ state, k }: ObjectRecord, left: number | undefined): string => {
  if (state !== 'stored') return '  (not finished: put it again)';
  return left === undefined ? '' : `  (cannot be read back: ${left} of the ${k} shards it needs are still kept)`;
};

/** A line for each object, oldest first, with its id where its name is there twice. `lost` says, by id, what is left of those that are. */
export const objectLines = (objects: readonly ObjectRecord[], lost: ReadonlyMap<string, number>): readonly string[] => {
  const times = new Map<string, number>();
  for (const { name } of objects) times.set(name, (times.get(name) ?? 0) + 1);
  const ordered = [...objects].sort((one, other) => one.storedAt - other.storedAt || (one.id < other.id ? -1 : 1));
  return ordered.map((object) => {
    const { id, name, bytes, k, n, storedAt } = object;
    const called = times.get(name) === 1 ? name : `${name}  ${id}`;
    return `${called}  ${showSize(bytes)}  ${k} of ${n}  ${new Date(storedAt).toISOString()}${remark(object, lost.get(id))}`;
  });
};

/** `text` as one argument that can be pasted into a shell after a command: quoted where it must be, after `--` where it begins with a dash. */
export const argumentText = (text: string): string => {
  const quoted = /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith('-') ? `-- ${quoted}` : quoted;
};

import type { ObjectRecord } from '../../ports/catalogue.js';
import { createObjectList } from './object-list.js';

/** A line for each object, as of {@link createObjectList}. `lost` says, by id, what is left of those that cannot be read back. */
export const objectLines = (objects: readonly ObjectRecord[], lost: ReadonlyMap<string, number>): readonly string[] => {
  const list = createObjectList();
  for (const object of objects) list.add(object, lost.get(object.id));
  return [...list.lines()];
};

/** `text` as one argument that can be pasted into a shell after a command: quoted where it must be, after `--` where it begins with a dash. */
export const argumentText = (text: string): string => {
  const quoted = /^[\w./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return text.startsWith('-') ? `-- ${quoted}` : quoted;
};

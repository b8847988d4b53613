import { runTool } from '../../lab/run-tool.js';

/** A folder of source, named from the top folder on. */
export interface Room {
  readonly path: string;
  readonly files: number;
  /** The other rooms that its files import from. */
  readonly imports: readonly string[];
}

interface Cruised {
  readonly modules: readonly { readonly source: string; readonly dependencies: readonly { readonly resolved: string }[] }[];
}

/** `core/data` of `node/core/data/sha256-pairs/native.ts`: at most two folders deep; `.` for what lies at the top. */
const roomOf = (file: string): string => file.split('/').slice(1, -1).slice(0, 2).join('/') || '.';

/** All rooms under the folder `top` of the project, in order of their names. */
export const readRooms = async (root: string, top: string): Promise<readonly Room[]> => {
  const args = ['--config', '.dependency-cruiser.mjs', '--include-only', `^${top}/`, '--output-type', 'json', top];
  const { output } = await runTool(root, 'dependency-cruiser/bin/dependency-cruiser.mjs', args);
  const { modules } = JSON.parse(output) as Cruised;
  const rooms = [...new Set(modules.map(({ source }) => roomOf(source)))].sort();
  return rooms.map((path) => {
    const own = modules.filter(({ source }) => roomOf(source) === path);
    const targets = new Set(own.flatMap(({ dependencies }) => dependencies.map(({ resolved }) => roomOf(resolved))));
    return { path, files: own.length, imports: [...targets].filter((room) => room !== path).sort() };
  });
};

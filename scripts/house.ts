/**
 * `npm run house [-- FOLDER] [-- --mermaid]`: the rooms of `node` or of another top folder, how many files each has and which
 * rooms it imports from, as text or as a Mermaid graph.
 */
import { parseArgs } from 'node:util';
import { readRooms, type Room } from './dev/house/imports.js';

const asText = (rooms: readonly Room[]): string => {
  const width = Math.max(...rooms.map(({ path }) => path.length));
  return rooms
    .map(
      ({ path, files, imports }) => `${path.padEnd(width)} ${String(files).padStart(3)} files, imports ${imports.join(' ') || 'nothing'}`,
    )
    .join('\n');
};

const asMermaid = (rooms: readonly Room[]): string =>
  ['flowchart BT', ...rooms.flatMap(({ path, imports }) => imports.map((other) => `  ${path} --> ${other}`))].join('\n');

const { values, positionals } = parseArgs({ options: { mermaid: { type: 'boolean', default: false } }, allowPositionals: true });
const rooms = await readRooms(process.cwd(), positionals[0] ?? 'node');
console.log(values.mermaid ? asMermaid(rooms) : asText(rooms));

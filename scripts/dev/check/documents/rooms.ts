import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ProjectFile } from '../project-files.js';
import { spanWords } from './paths.js';

/** What `.dependency-cruiser.mjs` calls layers and rooms. */
interface House {
  readonly levels: readonly (readonly string[])[];
  readonly rooms: Readonly<Record<string, readonly string[]>>;
}

/** All folders of node/ that are a layer or a room, and exist in `root`. */
const roomsOf = async (root: string): Promise<readonly string[]> => {
  const { levels, rooms } = (await import(pathToFileURL(join(root, '.dependency-cruiser.mjs')).href)) as House;
  const layers = levels.flat().map((layer) => `node/${layer}`);
  const inner = Object.entries(rooms).flatMap(([folder, names]) => names.map((name) => `${folder}/${name}`));
  return [...layers, ...inner.filter((room) => room.startsWith('node/'))].filter((room) => existsSync(join(root, room)));
};

/** Rooms of node/ that the page does not name. */
export const unnamedRooms = async (root: string, { path, text }: ProjectFile): Promise<readonly string[]> => {
  const named = new Set(spanWords(text).map((word) => word.replace(/\/$/, '')));
  return (await roomsOf(root)).filter((room) => !named.has(room)).map((room) => `${path} does not name the room ${room}/`);
};

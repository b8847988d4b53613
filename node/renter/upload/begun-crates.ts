import type { Crate, CratePart, CratePlace, HalfDoneObject } from '../../ports/catalogue.js';
import type { RenterContext } from '../context.js';
import type { BegunSlab, SmallFile } from './fill-crates.js';

/** What an earlier run of small files left half done. */
export interface BegunCrates<File extends SmallFile> {
  /** The crate that is gone on with; undefined if none is. */
  readonly crate: Crate | undefined;
  /** Those of its slabs of which all files are there, as they were. */
  readonly slabs: readonly BegunSlab<File>[];
  /** Half-done objects of the names of these files that are not gone on with, by name. */
  readonly others: ReadonlyMap<string, readonly string[]>;
}

interface Shape {
  readonly k: number;
  readonly n: number;
}

/** The slab as it was begun, if each of its files is there, as it was. */
const begunSlab = async <File extends SmallFile>(
  { catalogue }: Pick<RenterContext, 'catalogue'>,
  { crate, slab: index }: CratePlace,
  objects: ReadonlyMap<string, HalfDoneObject>,
  files: ReadonlyMap<string, File>,
): Promise<BegunSlab<File> | undefined> => {
  const record = await catalogue.slab(crate, index);
  if (!record) return undefined;
  const found: (readonly [File, HalfDoneObject])[] = [];
  const fileOf = ({ object: id, length }: CratePart): readonly [File, HalfDoneObject] | undefined => {
    const object = objects.get(id);
    const file = object && files.get(object.name);
    const isSame = file?.origin !== undefined && file.origin === object?.origin && file.bytes === length;
    return isSame && object ? [file, object] : undefined;
  };
  for await (const part of catalogue.parts(crate, index)) {
    const pair = fileOf(part);
    if (!pair) return undefined;
    found.push(pair);
  }
  return { index, record, files: found };
};

/** Slabs of which no two have a file in common: each is stored once. */
const withoutDoubles = <File extends SmallFile>(slabs: readonly BegunSlab<File>[]): readonly BegunSlab<File>[] => {
  const taken = new Set<File>();
  return slabs.filter(({ files }) => {
    if (files.some(([file]) => taken.has(file))) return false;
    for (const [file] of files) taken.add(file);
    return true;
  });
};

/** Looks through what was begun under the names of these files for slabs of crates that hold nothing but files of this run. Of several crates the one with most of them is gone on with. */
export const begunCrates = async <File extends SmallFile>(
  context: Pick<RenterContext, 'catalogue' | 'inHand'>,
  files: readonly File[],
  { k, n }: Shape,
): Promise<BegunCrates<File>> => {
  const { catalogue, inHand } = context;
  const byName = new Map(files.map((file) => [file.name, file]));
  const objects = new Map<string, HalfDoneObject>();
  const places = new Map<string, CratePlace>();
  for (const name of byName.keys())
    for await (const object of catalogue.named(name)) {
      if (object.state !== 'placing' || inHand.has(object.id)) continue;
      objects.set(object.id, object);
      const within = object.k === k && object.n === n ? (await catalogue.slab(object.id, 0))?.within : undefined;
      if (within) places.set(`${within.crate} ${within.slab}`, within);
    }
  const slabs = new Map<string, BegunSlab<File>[]>();
  for (const place of places.values()) {
    const slab = await begunSlab(context, place, objects, byName);
    if (slab) slabs.set(place.crate, [...(slabs.get(place.crate) ?? []), slab]);
  }
  const [most] = [...slabs].sort(([, a], [, b]) => b.length - a.length);
  const crate = most && (await catalogue.crate(most[0]));
  const kept = withoutDoubles((crate && most?.[1]) ?? []);
  const continued = new Set(kept.flatMap(({ files: pairs }) => pairs.map(([, { id }]) => id)));
  const others = new Map<string, string[]>();
  for (const { id, name } of objects.values()) if (!continued.has(id)) others.set(name, [...(others.get(name) ?? []), id]);
  return { crate, slabs: kept.toSorted((a, b) => a.index - b.index), others };
};

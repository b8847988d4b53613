import { hashPairs } from '#sha256-pairs';
import { concatBytes, toHex, uintBytes, uintOf } from './bytes.js';
import { descriptorsOf, type SectorPlace, type SectorRef } from './data-set.js';
import { depthOf, zeroHash } from './merkle.js';
import { packSectors, PACKED_SECTOR_BYTES, unpackSectors } from './packed-sectors.js';
import { hash, leaves, type Hash, type Leaves } from '../units.js';

/** Levels of the binary tree in a node: a page has 2^6 sectors, a node above it 2^6 children. */
const BITS = 6;
export const FAN_OUT = 1 << BITS;

/**
 * A data set whose descriptor tree lies in nodes that never change: what changes a few sectors makes a few nodes anew, and shares the
 * others with the set before. Level 0 are pages of {@link FAN_OUT} sectors, by position.
 */
export interface SectorTree {
  /** Zero for an empty set. */
  readonly root: Hash;
  readonly leaves: Leaves;
  readonly sectors: number;
  /** Of the topmost node. */
  readonly version: bigint;
}

/** Which node: `version` is that of the edit which made it. */
export interface NodeName {
  readonly level: number;
  /** Position on its level. */
  readonly index: number;
  readonly version: bigint;
}

export interface TreeNode extends NodeName {
  /** A page: packed sectors. Above: links to the children, packed. */
  readonly bytes: Uint8Array;
}

/** The bytes of a node. */
export type ReadNode = (name: NodeName) => Promise<Uint8Array>;

/** A child, as its parent names it. */
export interface NodeLink {
  readonly version: bigint;
  /** Of a whole subtree, zero-padded. */
  readonly root: Uint8Array;
  readonly leaves: number;
}

export type HashPairs = typeof hashPairs;

const LINK_BYTES = 45;

export const emptyTree: SectorTree = { root: hash(toHex(zeroHash(0))), leaves: leaves(0), sectors: 0, version: 0n };

/** Level of the topmost node. */
export const heightOf = (sectors: number): number => Math.max(0, Math.ceil(depthOf(sectors) / BITS) - 1);

export const packLinks = (links: readonly NodeLink[]): Uint8Array =>
  concatBytes(...links.flatMap((link) => [uintBytes(link.version, 8), link.root, uintBytes(link.leaves, 5)]));

export const unpackLinks = (bytes: Uint8Array): NodeLink[] =>
  Array.from({ length: Math.floor(bytes.length / LINK_BYTES) }, (_, i) => {
    const link = bytes.subarray(i * LINK_BYTES, (i + 1) * LINK_BYTES);
    return { version: uintOf(link.subarray(0, 8)), root: link.subarray(8, 40), leaves: Number(uintOf(link.subarray(40))) };
  });

/** The levels of the binary tree over `nodes`, themselves roots of subtrees of `depth`, up to one root. */
const foldUp = (nodes: Uint8Array, depth: number, height: number, pairs: HashPairs): Uint8Array[] => {
  const levels = [nodes];
  for (let level = 0; level < height; level++) {
    const below = levels[level] as Uint8Array;
    const whole = below.length % 64 === 0 ? below : concatBytes(below, zeroHash(depth + level));
    const parents = new Uint8Array(whole.length / 2);
    pairs(whole, parents);
    levels.push(parents);
  }
  return levels;
};

/** What a node's children are hashed from: descriptors of a page that begins at leaf `start`, or roots of subtrees. */
export const nodesIn = (level: number, bytes: Uint8Array, start: number, pairs: HashPairs): Uint8Array =>
  level === 0 ? descriptorsOf(unpackSectors(bytes), start, pairs) : concatBytes(...unpackLinks(bytes).map(({ root }) => root));

/** The root of a node's subtree, as its parent names it. */
export const rootIn = (level: number, nodes: Uint8Array, pairs: HashPairs): Uint8Array =>
  foldUp(nodes, level * BITS, BITS, pairs)[BITS] as Uint8Array;

/** The root of the whole tree, from what its topmost node is hashed from. */
export const treeRoot = (sectors: number, nodes: Uint8Array, pairs: HashPairs): Hash => {
  const below = heightOf(sectors) * BITS;
  return hash(toHex(foldUp(nodes, below, depthOf(sectors) - below, pairs).at(-1) as Uint8Array));
};

/** A node on the way from the top to a sector. */
export interface TreeStep extends TreeNode {
  /** Which of its children, or sectors, the way goes on with. */
  readonly slot: number;
  /** Leaves before its first sector. */
  readonly start: number;
}

type ChooseSlot = (level: number, counts: readonly number[], start: number) => number;

const descend = async (read: ReadNode, tree: SectorTree, choose: ChooseSlot): Promise<TreeStep[]> => {
  const steps: TreeStep[] = [];
  let [index, version, start] = [0, tree.version, 0];
  for (let level = heightOf(tree.sectors); level >= 0; level--) {
    const bytes = await read({ level, index, version });
    const children = level === 0 ? unpackSectors(bytes) : unpackLinks(bytes);
    const counts = children.map((child) => child.leaves);
    const slot = choose(level, counts, start);
    steps.push({ level, index, version, bytes, slot, start });
    start = counts.slice(0, slot).reduce((sum, count) => sum + count, start);
    index = index * FAN_OUT + slot;
    if (level > 0) version = (children[slot] as NodeLink).version;
  }
  return steps;
};

/** The way to sector `index`, from the top. */
export const stepsTo = (read: ReadNode, tree: SectorTree, index: number): Promise<TreeStep[]> =>
  descend(read, tree, (level) => Math.floor(index / FAN_OUT ** level) % FAN_OUT);

/** The sector that holds a leaf, and what ties it to the root of the set. */
export interface OpenedSector {
  readonly sector: SectorRef;
  readonly place: SectorPlace;
  /** Siblings of its descriptor, bottom up. */
  readonly path: readonly Uint8Array[];
}

const siblings = (nodes: Uint8Array, depth: number, height: number, slot: number, pairs: HashPairs): Uint8Array[] =>
  foldUp(nodes, depth, height, pairs)
    .slice(0, height)
    .map((level, i) => {
      const at = ((slot >> i) ^ 1) * 32;
      return at < level.length ? level.slice(at, at + 32) : zeroHash(depth + i);
    });

/** Opens the sector that holds `leaf`, by as many nodes as the tree is high. RangeError for a leaf outside. */
export const openLeaf = async (read: ReadNode, tree: SectorTree, leaf: number, pairs: HashPairs = hashPairs): Promise<OpenedSector> => {
  if (!Number.isSafeInteger(leaf) || leaf < 0 || leaf >= tree.leaves)
    throw new RangeError(`leaf must be in 0…${tree.leaves - 1}, not ${leaf}`);
  const steps = await descend(read, tree, (_, counts, start) => {
    let before = start;
    return Math.max(
      0,
      counts.findIndex((count) => leaf < (before += count)),
    );
  });
  const depth = depthOf(tree.sectors);
  const path = steps
    .toReversed()
    .flatMap(({ level, bytes, slot, start }) =>
      siblings(nodesIn(level, bytes, start, pairs), level * BITS, Math.min(BITS, depth - level * BITS), slot, pairs),
    );
  const page = steps.at(-1) as TreeStep;
  const sectors = unpackSectors(page.bytes);
  const sector = sectors[page.slot] as SectorRef;
  const start = sectors.slice(0, page.slot).reduce((sum, each) => sum + each.leaves, page.start);
  return { sector, place: { index: page.index * FAN_OUT + page.slot, start: leaves(start), count: sector.leaves }, path };
};

/** Sectors `from` and following, a page at a time. */
export async function* pagesFrom(read: ReadNode, tree: SectorTree, from = 0): AsyncGenerator<readonly SectorRef[]> {
  async function* below(name: NodeName): AsyncGenerator<readonly SectorRef[]> {
    const span = FAN_OUT ** (name.level + 1);
    if ((name.index + 1) * span <= from) return;
    const bytes = await read(name);
    if (name.level === 0) {
      yield unpackSectors(bytes.subarray(Math.max(0, from - name.index * span) * PACKED_SECTOR_BYTES));
      return;
    }
    for (const [slot, { version }] of unpackLinks(bytes).entries())
      yield* below({ level: name.level - 1, index: name.index * FAN_OUT + slot, version });
  }
  if (tree.sectors > 0 && from < tree.sectors) yield* below({ level: heightOf(tree.sectors), index: 0, version: tree.version });
}

/** A page or node of `children`, as a node of this level and the link to it. */
export const makeNode = (
  name: NodeName,
  children: readonly SectorRef[] | readonly NodeLink[],
  start: number,
  pairs: HashPairs,
): { readonly node: TreeNode; readonly link: NodeLink } => {
  const bytes = name.level === 0 ? packSectors(children as readonly SectorRef[]) : packLinks(children as readonly NodeLink[]);
  const root = rootIn(name.level, nodesIn(name.level, bytes, start, pairs), pairs);
  const total = children.reduce((sum, child) => sum + child.leaves, 0);
  return { node: { ...name, bytes }, link: { version: name.version, root, leaves: total } };
};

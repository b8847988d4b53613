import { hashPairs } from '#sha256-pairs';
import { requireSectors, type SectorRef } from './data-set.js';
import {
  emptyTree,
  FAN_OUT,
  heightOf,
  makeNode,
  nodesIn,
  pagesFrom,
  rootIn,
  stepsTo,
  treeRoot,
  unpackLinks,
  type HashPairs,
  type NodeLink,
  type ReadNode,
  type SectorTree,
  type TreeNode,
  type TreeStep,
} from './sector-tree.js';
import { HoldfastError } from '../errors/holdfast-error.js';
import { leaves } from '../units.js';

/** What a revision does to the sectors of the one before: takes some out, keeps the others in order, adds at the end. */
export interface SectorChange {
  /** Indices to take out, ascending. */
  readonly remove: readonly number[];
  readonly append: readonly SectorRef[];
}

/** A data set made of another one. */
export interface TreeEdit {
  readonly tree: SectorTree;
  /** The nodes that the set before does not have. */
  readonly nodes: readonly TreeNode[];
  /** What was taken out, in order. */
  readonly removed: readonly SectorRef[];
}

export interface EditOptions {
  readonly read: ReadNode;
  readonly base: SectorTree;
  readonly change: SectorChange;
  /** Of the nodes that are made; no set that shares nodes with this one has used it before. */
  readonly version: bigint;
  readonly pairs?: HashPairs;
  /** Awaited after every few pages, where others are not to wait for all of them. Default: nobody else waits. */
  readonly turn?: () => Promise<unknown>;
}

/** Pages that are read or made between two turns: {@link FAN_OUT} sectors each. */
const PAGES_A_TURN = 16;

/** CHANGE_INVALID if an index to take out of `sectors` sectors is out of range, repeated or out of order. */
export const requireIndices = (remove: readonly number[], sectors: number): void => {
  let last = -1;
  for (const index of remove) {
    if (!Number.isInteger(index) || index <= last || index >= sectors) throw new HoldfastError('CHANGE_INVALID', { index, sectors });
    last = index;
  }
};

/** Sectors from the first page that changes on, as they were. */
const tailOf = async ({ read, base, turn }: EditOptions, from: number): Promise<SectorRef[]> => {
  const tail: SectorRef[] = [];
  let pages = 0;
  for await (const page of pagesFrom(read, base, from)) {
    tail.push(...page);
    if (++pages % PAGES_A_TURN === 0) await turn?.();
  }
  return tail;
};

/** How the set was on the way to where the change begins. */
interface Edge {
  /** From the top; none of an empty set. */
  readonly steps: readonly TreeStep[];
  readonly height: number;
  readonly base: SectorTree;
  readonly pairs: HashPairs;
}

/** The links to the first `count` nodes of level `below`, counted from the beginning of their parent, as they were. */
const linksBefore = ({ steps, height, base, pairs }: Edge, below: number, count: number): NodeLink[] => {
  if (count === 0) return [];
  const parent = steps.find(({ level }) => level === below + 1);
  if (parent !== undefined) return unpackLinks(parent.bytes).slice(0, count);
  // The tree grows: what was its top is the first child.
  const { bytes } = steps[0] as TreeStep;
  return [{ version: base.version, root: rootIn(height, nodesIn(height, bytes, 0, pairs), pairs), leaves: base.leaves }];
};

/** How nodes are made. */
interface Making {
  readonly version: bigint;
  readonly pairs: HashPairs;
  readonly turn: EditOptions['turn'];
}
type MadeNode = ReturnType<typeof makeNode>;

/** Makes the nodes over `children`, whose first has position `from` on its level. */
const makeLevel = async (level: number, from: number, children: readonly NodeLink[], { version, pairs, turn }: Making) => {
  const made: MadeNode[] = [];
  for (let i = 0; i * FAN_OUT < children.length; i++) {
    if (i > 0 && i % PAGES_A_TURN === 0) await turn?.();
    made.push(makeNode({ level, index: from + i, version }, children.slice(i * FAN_OUT, (i + 1) * FAN_OUT), 0, pairs));
  }
  return made;
};

const makePages = async (sectors: readonly SectorRef[], from: number, start: number, { version, pairs, turn }: Making) => {
  const made: MadeNode[] = [];
  let before = start;
  for (let i = 0; i * FAN_OUT < sectors.length; i++) {
    if (i > 0 && i % PAGES_A_TURN === 0) await turn?.();
    const page = makeNode({ level: 0, index: from + i, version }, sectors.slice(i * FAN_OUT, (i + 1) * FAN_OUT), before, pairs);
    before += page.link.leaves;
    made.push(page);
  }
  return made;
};

/** The topmost node where nothing new is at the top: of the old nodes the first is all that is left. */
const firstLeft = async ({ steps }: Edge, level: number, read: ReadNode): Promise<TreeNode> => {
  const [link] = unpackLinks((steps.find((step) => step.level === level + 1) as TreeStep).bytes) as [NodeLink];
  const name = { level, index: 0, version: link.version };
  return { ...name, bytes: await read(name) };
};

/**
 * The data set after `change`. Reads and makes as many nodes as the tree is high, and one for each page from the first that is taken out
 * of, since what follows moves. CHANGE_INVALID, RangeError as `dataSetOf`.
 */
export const editTree = async (options: EditOptions): Promise<TreeEdit> => {
  const { read, base, change, version, pairs = hashPairs, turn } = options;
  const { remove, append } = change;
  requireIndices(remove, base.sectors);
  if (remove.length + append.length === 0) return { tree: base, nodes: [], removed: [] };
  const first = Math.floor((remove[0] ?? base.sectors) / FAN_OUT);
  const tail = await tailOf(options, first * FAN_OUT);
  const gone = new Set(remove.map((index) => index - first * FAN_OUT));
  const removed = tail.filter((_, i) => gone.has(i));
  const added = [...tail.filter((_, i) => !gone.has(i)), ...append];
  const sectors = first * FAN_OUT + added.length;
  const start = tail.reduce((sum, each) => sum - each.leaves, base.leaves as number);
  const total = requireSectors(
    append,
    sectors,
    added.reduce((sum, each) => sum + each.leaves, start),
  );
  if (sectors === 0) return { tree: emptyTree, nodes: [], removed };

  const steps = base.sectors === 0 ? [] : await stepsTo(read, base, Math.min(first * FAN_OUT, base.sectors - 1));
  const edge: Edge = { steps, height: heightOf(base.sectors), base, pairs };
  const height = heightOf(sectors);
  const making: Making = { version, pairs, turn };
  let [from, made] = [first, await makePages(added, first, start, making)];
  const nodes = made.map(({ node }) => node);
  for (let level = 1; level <= height; level++) {
    const children = [...linksBefore(edge, level - 1, from % FAN_OUT), ...made.map(({ link }) => link)];
    from = Math.floor(from / FAN_OUT);
    made = await makeLevel(level, from, children, making);
    nodes.push(...made.map(({ node }) => node));
  }
  const top = made[0]?.node ?? (await firstLeft(edge, height, read));
  const root = treeRoot(sectors, nodesIn(height, top.bytes, 0, pairs), pairs);
  return { tree: { root, leaves: leaves(total), sectors, version: top.version }, nodes, removed };
};

/** The data set of `sectors`, from nothing. */
export const treeOf = (sectors: readonly SectorRef[], version: bigint, pairs: HashPairs = hashPairs): Promise<TreeEdit> =>
  editTree({
    read: () => Promise.reject(new RangeError('an empty set has no nodes')),
    base: emptyTree,
    change: { remove: [], append: sectors },
    version,
    pairs,
  });

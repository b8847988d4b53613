import { expect } from 'chai';
import fc from 'fast-check';
import { hashPairs } from '#sha256-pairs';
import { dataSetOf, type SectorRef } from '../../../node/core/data/data-set.js';
import { editTree, treeOf, type SectorChange } from '../../../node/core/data/edit-tree.js';
import { indicesOf } from '../../../node/core/data/find-sectors.js';
import {
  emptyTree,
  FAN_OUT,
  openLeaf,
  pagesFrom,
  type NodeName,
  type ReadNode,
  type TreeNode,
} from '../../../node/core/data/sector-tree.js';
import { applyChange } from '../../../node/core/market/revision.js';
import { hash, leaves } from '../../../node/core/units.js';
import { rejectsCoded } from '../../support/coded-errors.js';

const sector = (number: number, count = 1 + (number % 5)): SectorRef => ({
  root: hash(`0x${number.toString(16).padStart(64, '0')}`),
  leaves: leaves(count),
});
const range = (from: number, count: number): SectorRef[] => Array.from({ length: count }, (_, i) => sector(from + i));
const keyOf = ({ level, index, version }: NodeName): string => `${level}/${index}/${version}`;

/** Nodes of all sets so far, none ever changed, and how many were read. */
const createNodes = () => {
  const kept = new Map<string, Uint8Array>();
  let reads = 0;
  const read: ReadNode = async (name) => {
    reads += 1;
    const bytes = kept.get(keyOf(name));
    if (bytes === undefined) throw new Error(`there is no node ${keyOf(name)}`);
    return bytes;
  };
  const add = (nodes: readonly TreeNode[]): void => {
    for (const node of nodes) {
      expect(kept.has(keyOf(node)), keyOf(node)).to.equal(false);
      kept.set(keyOf(node), node.bytes);
    }
  };
  return { read, add, reads: () => reads };
};

const listed = async (...args: Parameters<typeof pagesFrom>): Promise<SectorRef[]> => {
  const all: SectorRef[] = [];
  for await (const page of pagesFrom(...args)) all.push(...page);
  return all;
};

/** An edit: where to cut, how many to take out there and in every other place behind, and how many to add. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    taken: fc.nat({ max: 300 }),
    step: fc.integer({ min: 1, max: 40 }),
    added: fc.nat({ max: 300 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe('the descriptor tree of a deal, kept in nodes', () => {
  it('is the tree built from scratch, whatever was taken out and added, and the sets before stay readable', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 63, 64, 65, 4_095, 4_096, 4_097), edits, async (initial, steps) => {
        const nodes = createNodes();
        let sectors = range(1, initial);
        const begun = await treeOf(sectors, 1n);
        nodes.add(begun.nodes);
        let { tree } = begun;
        let next = 100_000;
        const sets = [{ tree, sectors }];
        for (const [i, { at, taken, step, added }] of steps.entries()) {
          const from = Math.floor(at * sectors.length);
          const remove = Array.from({ length: taken }, (_, n) => from + n * step).filter((index) => index < sectors.length);
          const change: SectorChange = { remove, append: range((next += 1_000), added) };
          const edit = await editTree({ read: nodes.read, base: tree, change, version: BigInt(i + 2) });
          expect(edit.removed).to.deep.equal(remove.map((index) => sectors[index]));
          nodes.add(edit.nodes);
          ({ tree } = edit);
          sectors = applyChange(sectors, change);
          sets.push({ tree, sectors });
        }
        for (const set of sets) {
          const whole = dataSetOf(set.sectors);
          expect([set.tree.root, set.tree.leaves, set.tree.sectors]).to.deep.equal([whole.root, whole.leaves, whole.sectors]);
          expect(await listed(nodes.read, set.tree)).to.deep.equal(set.sectors);
        }
        const { tree: last, sectors: named } = sets.at(-1)!;
        const whole = dataSetOf(named);
        for (const part of [0, 0.3, 0.7, 1]) {
          if (last.leaves === 0) break;
          const leaf = Math.min(last.leaves - 1, Math.floor(part * last.leaves));
          const place = whole.locate(leaf);
          const opened = await openLeaf(nodes.read, last, leaf);
          expect(opened).to.deep.equal({ sector: named[place.index], place, path: whole.descriptorPath(place.index) });
        }
      }),
      { numRuns: 40 },
    );
  }).timeout(60_000);

  it('is left as it was where nothing changes, and has no nodes without sectors', async () => {
    const { tree, nodes } = await treeOf(range(1, 3), 1n);
    const read: ReadNode = async () => nodes[0]!.bytes;
    expect(await editTree({ read, base: tree, change: { remove: [], append: [] }, version: 2n })).to.deep.equal({
      tree,
      nodes: [],
      removed: [],
    });
    const cleared = await editTree({ read, base: tree, change: { remove: [0, 1, 2], append: [] }, version: 2n });
    expect(cleared).to.deep.equal({ tree: emptyTree, nodes: [], removed: range(1, 3) });
    expect(emptyTree.root).to.equal(dataSetOf([]).root);
  });

  it('begins to list in the middle of a page', async () => {
    const { tree, nodes } = await treeOf(range(1, 200), 1n);
    const source = createNodes();
    source.add(nodes);
    expect(await listed(source.read, tree, 100)).to.deep.equal(range(101, 100));
    expect(await listed(source.read, tree, 200)).to.deep.equal([]);
  });

  it('takes no index twice, out of order or out of range, no sector without leaves, and opens no leaf outside', async () => {
    const { tree, nodes } = await treeOf(range(1, 3), 1n);
    const read: ReadNode = async () => nodes[0]!.bytes;
    for (const remove of [[1, 1], [2, 1], [3], [-1], [0.5], [NaN]])
      await rejectsCoded(editTree({ read, base: tree, change: { remove, append: [] }, version: 2n }), 'CHANGE_INVALID');
    for (const count of [0, 131_073])
      expect(await treeOf([{ ...sector(1), leaves: count as never }], 1n).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
    for (const leaf of [-1, 0.5, tree.leaves])
      expect(await openLeaf(read, tree, leaf).catch((error: unknown) => error)).to.be.instanceOf(RangeError);
  });
});

describe('one more sector in a deal', () => {
  /** What it costs at `count` sectors: nodes read and made, bytes of those, pairs hashed. */
  const costAt = async (count: number) => {
    const { tree, nodes } = await treeOf(range(1, count), 1n);
    const source = createNodes();
    source.add(nodes);
    let hashed = 0;
    const pairs: typeof hashPairs = (input, output) => {
      hashed += input.length / 64;
      hashPairs(input, output);
    };
    const edit = await editTree({ read: source.read, base: tree, change: { remove: [], append: [sector(9_999_999)] }, version: 2n, pairs });
    const appended = {
      read: source.reads(),
      made: edit.nodes.length,
      bytes: edit.nodes.reduce((sum, { bytes }) => sum + bytes.length, 0),
      hashed,
    };
    source.add(edit.nodes);
    hashed = 0;
    const before = source.reads();
    await openLeaf(source.read, edit.tree, Math.floor(edit.tree.leaves / 3), pairs);
    return { appended, opened: { read: source.reads() - before, hashed } };
  };

  it('costs as many nodes as the tree is high, at 100, at 10,000 and at 100,000 sectors, and so does opening a leaf', async () => {
    for (const [count, height] of [
      [100, 2],
      [10_000, 3],
      [100_000, 3],
    ] as const) {
      const { appended, opened } = await costAt(count);
      expect(appended.made, `${count}`).to.equal(height);
      expect(appended.read, `${count}`).to.be.at.most(2 * height);
      expect(appended.bytes, `${count}`).to.be.at.most(height * FAN_OUT * 45);
      expect(appended.hashed, `${count}`).to.be.at.most((height + 2) * 2 * FAN_OUT);
      expect(opened.read, `${count}`).to.equal(height);
      expect(opened.hashed, `${count}`).to.be.at.most((height + 1) * FAN_OUT);
    }
  }).timeout(20_000);
});

describe('sectors looked for in a set', () => {
  const setOf = async (sectors: readonly SectorRef[]) => {
    const nodes = createNodes();
    const { tree, nodes: made } = await treeOf(sectors, 1n);
    nodes.add(made);
    return { ...nodes, tree };
  };

  it('are found wherever they are, each as often as it is named', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 40 }), { maxLength: 400 }), fc.uniqueArray(fc.nat({ max: 40 })), async (named, wanted) => {
        const { tree, read } = await setOf(named.map((number) => sector(number)));
        const times = new Map(wanted.map((number) => [sector(number).root, named.filter((one) => one === number).length] as const));
        const expected = named.flatMap((number, index) => (wanted.includes(number) ? [index] : []));
        expect(await indicesOf(read, tree, times)).to.deep.equal(expected);
      }),
      { numRuns: 60 },
    ));

  it('cost what taking them out does: nothing before the first of them is read', async () => {
    const { tree, read, reads } = await setOf(range(0, 100 * FAN_OUT));
    expect(await indicesOf(read, tree, new Map([[sector(98 * FAN_OUT + 3).root, 1]]))).to.deep.equal([98 * FAN_OUT + 3]);
    expect(reads(), 'the top, one node below it, and two pages').to.equal(4);
    expect(await indicesOf(read, tree, new Map())).to.deep.equal([]);
    expect(reads()).to.equal(4);
  });
});

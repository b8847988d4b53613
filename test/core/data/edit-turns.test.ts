import { expect } from 'chai';
import { hashPairs } from '#sha256-pairs';
import { editTree, treeOf } from '../../../node/core/data/edit-tree.js';
import type { NodeName } from '../../../node/core/data/sector-tree.js';
import { sectorNamed } from '../../storage/sample-sectors.js';

describe('taking the first of many sectors out of a data set', () => {
  it('lets others have their turn after every few pages, however many there are', async () => {
    const sectors = Array.from({ length: 8_192 }, (_, i) => sectorNamed(`sector ${i}`));
    const { tree, nodes } = await treeOf(sectors, 1n);
    const keyOf = ({ level, index, version }: NodeName): string => `${level} ${index} ${version}`;
    const kept = new Map(nodes.map((node) => [keyOf(node), node.bytes]));
    let [bytes, most, turns, pages] = [0, 0, 0, 0];
    const edit = await editTree({
      base: tree,
      change: { remove: [0], append: [] },
      version: 2n,
      read: async (name) => {
        pages += 1;
        return kept.get(keyOf(name)) as Uint8Array;
      },
      pairs: (from, to) => {
        bytes += from.length;
        most = Math.max(most, bytes);
        hashPairs(from, to);
      },
      turn: async () => {
        [bytes, turns] = [0, turns + 1];
      },
    });
    expect(edit.tree).to.deep.equal((await treeOf(sectors.slice(1), 2n)).tree);
    expect(pages).to.be.greaterThan(128);
    expect(turns).to.be.within(14, 18);
    expect(most, 'bytes hashed between two turns').to.be.lessThan(400_000);
  });
});

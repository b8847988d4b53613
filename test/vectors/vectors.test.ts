import { readFile } from 'node:fs/promises';
import { ByteVectorType, VectorCompositeType } from '@chainsafe/ssz';
import { expect } from 'chai';
import { vectorFiles } from '../../scripts/lab/vectors/files.js';
import { content } from '../../scripts/lab/vectors/reference.js';

interface SectorVector {
  readonly seed: number;
  readonly bytes: number;
  readonly root: string;
}
interface DataSetVector {
  readonly sectorBytes: readonly number[];
  readonly sectorRoots: readonly string[];
  readonly descriptors: readonly string[];
  readonly root: string;
  readonly samples: readonly {
    position: number;
    leaf: string;
    index: number;
    start: number;
    sectorPath: string[];
    descriptorPath: string[];
  }[];
}
type TreeNode = ReturnType<ByteVectorType['value_toTree']>;

const readVectors = async <T>(name: string): Promise<T> =>
  JSON.parse(await readFile(new URL(`./${name}.json`, import.meta.url), 'utf8')) as T;
const hex = (bytes: Uint8Array): string => '0x' + Buffer.from(bytes).toString('hex');
const bytesOf = (text: string): Uint8Array => Buffer.from(text.slice(2), 'hex');

/** The leaf at `index` of an SSZ library's tree, and its siblings bottom up. */
const open = (top: TreeNode, index: number, depth: number): { leaf: string; path: string[] } => {
  const path: string[] = [];
  let node = top;
  for (let height = depth - 1; height >= 0; height--) {
    const right = ((index >> height) & 1) === 1;
    path.unshift(hex(right ? node.left.root : node.right.root));
    node = right ? node.right : node.left;
  }
  return { leaf: hex(node.root), path };
};

describe('test vectors', () => {
  it('are what their scripts write today', async () => {
    for (const { url, text } of await vectorFiles()) expect(await readFile(url, 'utf8')).to.equal(text, url.pathname);
  }).timeout(60_000);

  it('have the sector roots that an SSZ library merkleizes', async () => {
    const sectors = await readVectors<SectorVector[]>('sectors');
    expect(sectors).to.have.length.above(20);
    for (const { seed, bytes, root } of sectors) {
      const expected = bytes === 0 ? new Uint8Array(32) : new ByteVectorType(bytes).hashTreeRoot(content(seed, bytes));
      expect(root).to.equal(hex(expected), `${bytes} bytes`);
    }
  }).timeout(60_000);

  it('have the data set roots, leaves and paths that an SSZ library finds', async () => {
    const sets = await readVectors<DataSetVector[]>('data-sets');
    expect(sets).to.have.length.above(5);
    for (const set of sets.filter(({ descriptors }) => descriptors.length > 0)) {
      const type = new VectorCompositeType(new ByteVectorType(32), set.descriptors.length);
      const top = type.value_toTree(set.descriptors.map(bytesOf));
      expect(set.root).to.equal(hex(top.root));
      for (const { position, leaf, index, start, sectorPath, descriptorPath } of set.samples) {
        const bytes = set.sectorBytes[index] ?? 0;
        const sector = new ByteVectorType(bytes).value_toTree(content(index, bytes));
        expect(set.sectorRoots[index]).to.equal(hex(sector.root));
        expect(open(sector, position - start, sectorPath.length)).to.deep.equal({ leaf, path: sectorPath });
        expect(open(top, index, descriptorPath.length)).to.deep.equal({ leaf: set.descriptors[index], path: descriptorPath });
      }
    }
  });

  it('give a data set without sectors the zero root', async () => {
    const [empty] = await readVectors<DataSetVector[]>('data-sets');
    expect(empty?.descriptors).to.deep.equal([]);
    expect(empty?.root).to.equal(hex(new Uint8Array(32)));
  });
});

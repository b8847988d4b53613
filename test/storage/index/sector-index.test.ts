import { expect } from 'chai';
import { createMemoryRows } from '../../../node/storage/rows/memory-rows.js';
import { costOf, packedBytes, type Entry } from '../../../node/storage/index/sector-entry.js';
import { openSectorIndex } from '../../../node/storage/index/sector-index.js';
import { sectorSpaces } from '../../../node/storage/layout.js';
import { rejection } from '../../support/coded-rejection.js';
import { collect } from '../../support/collect.js';
import { sectorNamed } from '../sample-sectors.js';

const small = (name: string, sequence: number, offset: number): Entry => ({
  ...sectorNamed(name, 3),
  sequence,
  pack: { number: 0, offset },
});
const large = (name: string, sequence: number): Entry => ({ ...sectorNamed(name, 5_000), sequence, pack: undefined });
const put = (after: Entry, before?: Entry) => ({ root: after.root, before, after });
const ENTRY = packedBytes(sectorNamed('any', 3));

/** Memory rows that tell of each batch how many changes it had and whether it was durable, and can fail. */
const recordedRows = () => {
  const rows = createMemoryRows();
  const batches: [number, boolean][] = [];
  const state = { isFull: false };
  return {
    batches,
    state,
    rows: {
      ...rows,
      write: async (changes: Parameters<typeof rows.write>[0], options: { readonly durable?: boolean } = {}) => {
        if (state.isFull) throw new Error('the disk is full');
        batches.push([changes.length, options.durable ?? true]);
        await rows.write(changes);
      },
    },
  };
};

describe('the index of sectors', () => {
  it('writes what comes at once in one batch, which is durable if anything in it must be', async () => {
    const { rows, batches } = recordedRows();
    const index = await openSectorIndex(rows);
    const [first, second, third] = [large('first', 0), small('second', 1, 32), small('third', 2, 32 + ENTRY)];
    const add = (entry: Entry, durable: boolean) => index.write({ changes: [put(entry)], durable });
    await Promise.all([add(first, false), add(second, true), add(third, false)]);
    expect(batches).to.deep.equal([
      [3, false],
      [6, true],
    ]);
    await index.write({ changes: [{ root: first.root, before: first }], durable: false });
    expect(batches.at(-1)).to.deep.equal([3, false]);
  });

  it('counts in the batch that changes, so that a restart finds what was counted', async () => {
    const { rows } = recordedRows();
    const index = await openSectorIndex(rows);
    const [file, packed, moved] = [large('file', index.sequence()), small('packed', index.sequence(), 32), small('packed', 1, 32 + ENTRY)];
    await index.write({ changes: [put(file), put(packed)], lengths: new Map([[0, 32 + ENTRY]]), durable: true });
    expect(index.taken).to.equal(costOf(file.leaves) + costOf(packed.leaves));
    await index.write({ changes: [put(moved, packed)], lengths: new Map([[0, 32 + 2 * ENTRY]]), durable: true });
    const broken = { ...file, found: 100 };
    await index.write({ changes: [put(broken, file)], durable: false });

    const again = await openSectorIndex(rows);
    for (const each of [index, again]) {
      expect(each.counts).to.deep.equal({ sectors: 2, bytes: 100 + 96, own: 4096 + 2 * 192, next: 2 });
      expect([...each.packs]).to.deep.equal([[0, { length: 32 + 2 * ENTRY, live: ENTRY }]]);
      expect(each.taken).to.equal(4096 + 2 * 192 + 2 * ENTRY);
      expect(await each.findAll([packed.root, file.root, sectorNamed('never').root])).to.deep.equal([moved, broken, undefined]);
      expect(await collect(each.list())).to.deep.equal([
        [0, file.root],
        [1, packed.root],
      ]);
      expect(await collect(each.list(0))).to.deep.equal([[1, packed.root]]);
    }
    expect(again.sequence()).to.equal(2);
    await again.write({ changes: [{ root: moved.root, before: moved }], lengths: new Map([[0, undefined]]), durable: true });
    expect([...again.packs]).to.deep.equal([]);
    expect(again.taken).to.equal(4096 + 192);
  });

  it('counts nothing of a batch that failed', async () => {
    const { rows, state } = recordedRows();
    const index = await openSectorIndex(rows);
    const entry = small('small', index.sequence(), 32);
    state.isFull = true;
    const outcome = await index.write({ changes: [put(entry)], lengths: new Map([[0, 500]]), durable: true }).catch(String);
    expect(outcome).to.equal('Error: the disk is full');
    expect([index.taken, index.counts.sectors, index.packs.size]).to.deep.equal([0, 0, 0]);
    state.isFull = false;
    await index.write({ changes: [put(entry)], lengths: new Map([[0, 32 + ENTRY]]), durable: true });
    expect([index.taken, index.counts.sectors, index.packs.size]).to.deep.equal([costOf(entry.leaves), 1, 1]);
  });

  it('reads a row once, and again after each write of it, done or failed, also where it is being read meanwhile', async () => {
    const { rows, state } = recordedRows();
    let reads = 0;
    let gate = Promise.resolve();
    const get: typeof rows.get = async (key) => {
      reads += 1;
      const row = await rows.get(key);
      await gate;
      return row;
    };
    const index = await openSectorIndex({ ...rows, get });
    reads = 0;
    const first = small('small', index.sequence(), 32);
    const [second, third] = [
      { ...first, pack: { number: 0, offset: 500 } },
      { ...first, pack: { number: 1, offset: 32 } },
    ];
    const found = async (): Promise<readonly [Entry | undefined, number]> => {
      reads = 0;
      return [await index.find(first.root), reads];
    };
    await index.write({ changes: [put(first)], durable: true });
    expect([await found(), await found()]).to.deep.equal([
      [first, 1],
      [first, 0],
    ]);
    await index.write({ changes: [put(second, first)], durable: true });
    expect([await found(), await found()]).to.deep.equal([
      [second, 1],
      [second, 0],
    ]);
    state.isFull = true;
    await index.write({ changes: [put(third, second)], durable: true }).catch(() => undefined);
    state.isFull = false;
    expect(await found(), 'nobody knows what a write that failed has left').to.deep.equal([second, 1]);

    await index.write({ changes: [put(third, second)], durable: true });
    let release = (): void => undefined;
    gate = new Promise((resolve) => (release = resolve));
    const before = index.find(first.root);
    await index.write({ changes: [put(second, third)], durable: true });
    release();
    expect(await before).to.deep.equal(third);
    expect(await found(), 'what was read before is not kept').to.deep.equal([second, 1]);
    await index.write({ changes: [{ root: first.root, before: second }], durable: true });
    expect(await found()).to.deep.equal([undefined, 1]);
  });

  it('names a row that is not of its format', async () => {
    const { rows } = recordedRows();
    const index = await openSectorIndex(rows);
    const { root } = sectorNamed('small');
    const { key } = sectorSpaces.sector.at(root);
    for (const value of [new Uint8Array(31).fill(2), new Uint8Array(30).fill(1), new Uint8Array(0)]) {
      await rows.write([{ key, value }]);
      expect((await rejection(index.find(root), 'STORE_CORRUPT')).message).to.contain(key);
    }
  });
});

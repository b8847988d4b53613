import { expect } from 'chai';
import { dealId, leaves } from '../../node/core/units.js';
import type { Crate, ObjectRecord, SlabRecord } from '../../node/ports/catalogue.js';
import { createPageWriter, readPage } from '../../node/renter/pages/page-codec.js';
import type { PageEntry } from '../../node/renter/pages/page-entries.js';
import { decideRecovery, type Naming, type RecoveredState } from '../../node/renter/recover/decide-recovery.js';
import { hashOf } from '../support/worlds/actors.js';

const id = (digit: string): string => digit.repeat(32);
const sha256 = hashOf('content');
const letters: ObjectRecord = { id: id('1'), name: 'letters', bytes: 9, storedAt: 5, k: 2, n: 3, slabs: 1, sha256, state: 'stored' };
const half: ObjectRecord = { id: id('2'), name: 'half', bytes: 9, storedAt: 6, k: 2, n: 3, slabs: 2, state: 'placing', origin: 'file 7' };
const packed: ObjectRecord = { ...letters, id: id('3'), name: 'small' };
const crate: Crate = { state: 'crate', id: id('c'), name: 'small', storedAt: 4, k: 2, n: 3, slabs: 1 };
const slabAt = (place: string): SlabRecord => ({
  length: 9,
  sha256,
  shards: [0, 1, 2].map((shard) => ({
    shard,
    attempt: 0,
    deal: dealId(hashOf(`deal ${shard}`)),
    sector: { root: hashOf(`${place} ${shard}`), leaves: leaves(1) },
  })),
});
const slab = (owner: string, number: number, place = owner): PageEntry => ({
  kind: 'slab',
  number,
  owner,
  index: 0,
  slab: slabAt(place),
  parts: [],
});
const object = (record: ObjectRecord, number: number): PageEntry => ({ kind: 'object', number, object: record });
const crated: PageEntry[] = [
  { kind: 'crate', number: 3, crate },
  {
    ...{ kind: 'slab', number: 4, owner: crate.id, index: 0, slab: slabAt('crate') },
    parts: [
      { from: leaves(0), object: packed.id, length: 9 },
      { from: leaves(1), object: id('4'), length: 5 },
    ],
  },
  { kind: 'object', number: 5, object: packed, packed: { length: 9, sha256, within: { crate: crate.id, slab: 0, from: leaves(0) } } },
];

const naming = (byShard: readonly Naming[]) => async (deal: string) =>
  byShard[[0, 1, 2].findIndex((shard) => hashOf(`deal ${shard}`) === deal)] as Naming;
const decide = (entries: readonly PageEntry[], named: readonly Naming[] = ['named', 'named', 'absent']): Promise<RecoveredState> =>
  decideRecovery([{ machine: 'aa', entries }], naming(named));
const names = (objects: readonly { readonly name: string }[]): string[] => objects.map(({ name }) => name);
const found = ({ objects, crates }: RecoveredState): string[] => [
  ...names(objects.map((one) => one.object)),
  ...crates.flatMap(({ slabs }) => slabs.flatMap((one) => names(one.packed.map((each) => each.object)))),
];

describe('A page', () => {
  it('says what it was written with, and nothing with a byte too few', () => {
    const entries = [
      object(letters, 1),
      slab(letters.id, 2),
      ...crated,
      object(half, 6),
      { kind: 'deleted', number: 7, owner: id('9') } as const,
    ];
    const writer = createPageWriter();
    entries.forEach((entry) => writer.write(entry));
    const read = readPage(writer.bytes());
    // What is undefined is not there.
    expect('entries' in read && JSON.parse(JSON.stringify(read.entries))).to.deep.equal(JSON.parse(JSON.stringify(entries)));
    for (let length = 0; length < writer.length; length += 7) {
      const cut = writer.bytes().subarray(0, length);
      try {
        const part = readPage(cut);
        expect('entries' in part && part.entries.length, String(length)).to.be.below(entries.length);
      } catch (error) {
        expect(error).to.be.instanceOf(RangeError);
      }
    }
    expect(readPage(writer.bytes().with(0, 9))).to.deep.equal({ newer: 9 });
  });
});

describe('What pages come to', () => {
  it('is the later change of each thing, by number and then by who made it', async () => {
    const renamed: ObjectRecord = { ...letters, name: 'renamed' };
    const pages = (first: number, second: number) => [
      { machine: 'bb', entries: [object(renamed, first), slab(letters.id, 1)] },
      { machine: 'aa', entries: [object(letters, second)] },
    ];
    const all: readonly Naming[] = ['named', 'named', 'named'];
    const come = async (first: number, second: number) => found(await decideRecovery(pages(first, second), naming(all)));
    expect(await come(2, 3)).to.deep.equal(['letters']);
    expect(await come(3, 2)).to.deep.equal(['renamed']);
    expect(await come(2, 2)).to.deep.equal(['renamed']);
    const deleted = await decide([object(letters, 1), slab(letters.id, 2), { kind: 'deleted', number: 3, owner: letters.id }]);
    expect([found(deleted), deleted.last]).to.deep.equal([[], 3]);
  });

  it('is a deletion, whatever another machine has done later with what it did not know to be deleted', async () => {
    const state = await decide([
      { kind: 'deleted', number: 3, owner: letters.id },
      object({ ...letters, name: 'renamed' }, 9),
      slab(letters.id, 2),
    ]);
    expect([found(state), state.deleted]).to.deep.equal([[], [letters.id]]);
  });

  it('is the later name, and the newest crate, of what was renamed on one machine and moved on another', async () => {
    const later: Crate = { ...crate, id: id('d'), storedAt: 8 };
    const place = (within: string) => ({ length: 9, sha256, within: { crate: within, slab: 0, from: leaves(0) } });
    const moved: PageEntry[] = [
      { kind: 'crate', number: 6, crate: later },
      {
        ...{ kind: 'slab', number: 6, owner: later.id, index: 0, slab: slabAt('later') },
        parts: [{ from: leaves(0), object: packed.id, length: 9 }],
      },
      { kind: 'object', number: 7, object: packed, packed: place(later.id) },
    ];
    const renamed: PageEntry = { kind: 'object', number: 9, object: { ...packed, name: 'renamed' }, packed: place(crate.id) };
    for (const entries of [
      [...crated, ...moved, renamed],
      [renamed, ...moved, ...crated],
    ]) {
      const state = await decide(entries);
      expect([found(state), state.crates.map((one) => one.crate.id)]).to.deep.equal([['renamed'], [later.id]]);
    }
  });

  it('has what was stored as far as it may be read: with k shards named, or in deals that nobody lists', async () => {
    const entries = [object(letters, 1), slab(letters.id, 2)];
    const sure = await decide(entries);
    expect([found(sure), sure.uncertain, sure.gone]).to.deep.equal([['letters'], [], []]);
    const unsure = await decide(entries, ['named', 'unknown', 'absent']);
    expect([found(unsure), names(unsure.uncertain)]).to.deep.equal([['letters'], ['letters']]);
    const gone = await decide(entries, ['named', 'absent', 'absent']);
    expect([found(gone), names(gone.gone)]).to.deep.equal([[], ['letters']]);
    const untold = await decide([object(letters, 1)]);
    expect([found(untold), names(untold.gone)]).to.deep.equal([[], ['letters']]);
  });

  it('has what was being stored only where all of it is named', async () => {
    const placing: ObjectRecord = { ...letters, state: 'placing' };
    expect(found(await decide([object(placing, 1), slab(letters.id, 2)]))).to.deep.equal(['letters']);
    const unsure = await decide([object(placing, 1), slab(letters.id, 2)], ['named', 'unknown', 'unknown']);
    expect([found(unsure), names(unsure.unfinished)]).to.deep.equal([[], ['letters']]);
    const incomplete = await decide([object(half, 1), slab(half.id, 2)]);
    expect([found(incomplete), names(incomplete.unfinished)]).to.deep.equal([[], ['half']]);
  });

  it('keeps what is left in crates in its place, and leaves out crates with nothing in them', async () => {
    const state = await decide(crated);
    expect(found(state)).to.deep.equal(['small']);
    expect(state.crates[0]?.slabs[0]?.parts).to.have.length(2);
    const emptied = await decide([...crated, { kind: 'deleted', number: 8, owner: packed.id }]);
    expect(emptied.crates).to.deep.equal([]);
    const lost = await decide(crated, ['absent', 'absent', 'named']);
    expect([lost.crates, names(lost.gone)]).to.deep.equal([[], ['small']]);
  });
});

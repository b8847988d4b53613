import { expect } from 'chai';
import fc from 'fast-check';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { shareKey, verifyKey } from '../../node/core/keys/share-keys.js';
import type { ObjectKey } from '../../node/core/data/cipher.js';
import { leaves, period, type DealId } from '../../node/core/units.js';
import { isBoard, readBoard, writeBoard } from '../../node/core/data/board.js';
import type { SharedContents, SharedObject, SharedPlaces } from '../../node/renter/sharing/manifest.js';
import { readContents, readPlaces, writeContents, writePlaces } from '../../node/renter/sharing/manifest-codec.js';
import { openManifest, sealManifest } from '../../node/renter/sharing/seal-manifest.js';
import { hashOf } from '../support/worlds/actors.js';

const sector = (name: string, count: number) => ({ root: hashOf(name), leaves: leaves(count) });
const deal = (name: string): DealId => hashOf(name) as string as DealId;
const shard = (index: number) => ({ shard: index, attempt: index, deal: deal(`deal ${index}`), sector: sector(`sector ${index}`, 100) });

const places: SharedPlaces = {
  number: 7,
  until: period(1_000),
  madeAt: 1_800_000_000_000,
  slabs: [{ k: 2, n: 3, shards: [shard(0), shard(1), shard(2)] }],
};
const fileNamed = (name: string, change: Partial<SharedObject['object']> = {}): SharedObject => ({
  object: { state: 'stored', id: '0a'.repeat(16), name, bytes: 600, storedAt: 5, k: 2, n: 3, sha256: hashOf('whole'), slabs: 1, ...change },
  key: new Uint8Array(32).fill(3) as ObjectKey,
  parts: [{ place: 0, length: 600, sha256: hashOf('slab'), from: leaves(4) }],
});
const contents: SharedContents = { name: 'trip', isFolder: true, objects: [fileNamed('trip/film')] };

const share = shareKey(new Uint8Array(32), '00'.repeat(16));
const keys = { share, verify: verifyKey(share) };
const texts = { places: writePlaces(places), contents: writeContents(contents) };

describe('A manifest', () => {
  it('says what was written, to each as far as the keys go', async () => {
    const bytes = await sealManifest(keys, texts);
    expect(bytes.length % 1_024).to.equal(0);
    expect(await openManifest(keys, bytes)).to.deep.equal({ places, contents });
    expect(await openManifest({ verify: keys.verify }, bytes)).to.deep.equal({ places });
  });

  it('does not show to the byte how long it is, to whoever may not read it', async () => {
    // A fill of zeros would begin where the encrypted names end.
    const ends = new Set<number>();
    for (let run = 0; run < 64; run++) {
      const bytes = await sealManifest(keys, texts);
      ends.add(bytes.length - bytes.findLastIndex((byte) => byte !== 0));
    }
    expect(Math.max(...ends)).to.be.below(16);
  });

  it('is another one each time, also of the same', async () => {
    const [one, other] = [await sealManifest(keys, texts), await sealManifest(keys, texts)];
    expect(Buffer.compare(one.subarray(16, 64), other.subarray(16, 64))).not.to.equal(0);
  });

  it('that is cut, or of somebody hostile, is refused with a code whatever its bytes are', async () => {
    const whole = await sealManifest(keys, texts);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(254), async (at, change) => {
        const bytes = whole.slice();
        bytes[at] = (bytes[at] ?? 0) ^ (change + 1);
        for (const one of [bytes, whole.slice(0, at)])
          await openManifest(keys, one).catch((error: unknown) => {
            if (!isHoldfastError(error, 'SHARE_DAMAGED')) throw error;
          });
      }),
      { numRuns: 300 },
    );
  });

  const hostile: readonly (readonly [string, SharedContents])[] = [
    ['a file outside of its folder', { ...contents, objects: [fileNamed('../film')] }],
    ['a folder of no name', { ...contents, name: '' }],
    ['a name that is a path', { name: 'a/b', isFolder: false, objects: [fileNamed('a/b')] }],
    [
      'two files and no folder',
      { name: 'trip', isFolder: false, objects: [fileNamed('trip'), fileNamed('trip', { id: '0b'.repeat(16) })] },
    ],
    ['a file twice', { ...contents, objects: [fileNamed('trip/a'), fileNamed('trip/b')] }],
    ['another size than that of its slabs', { ...contents, objects: [fileNamed('trip/a', { bytes: 601 })] }],
    ['a shape that its slab has not', { ...contents, objects: [fileNamed('trip/a', { k: 1 })] }],
    [
      'a place that there is not',
      { ...contents, objects: [{ ...fileNamed('trip/a'), parts: [{ place: 1, length: 600, sha256: hashOf('x') }] }] },
    ],
    [
      'more bytes than its sectors have',
      { ...contents, objects: [{ ...fileNamed('trip/a', { bytes: 7_000 }), parts: [{ place: 0, length: 7_000, sha256: hashOf('x') }] }] },
    ],
  ];
  for (const [what, told] of hostile)
    it(`with ${what} is refused`, () => {
      expect(() => readContents(writeContents(told), places.slabs)).to.throw(RangeError);
    });

  it('names no shard that there cannot be', () => {
    const wrong = [
      { k: 3, n: 2, shards: [] },
      { k: 1, n: 1, shards: [shard(1)] },
      { k: 1, n: 3, shards: [{ ...shard(0), sector: sector('none', 0) }] },
      // Two of one index would be read into the same room, and count as two of the k.
      { k: 2, n: 3, shards: [shard(1), { ...shard(2), shard: 1 }] },
    ];
    for (const slab of wrong) expect(() => readPlaces(writePlaces({ ...places, slabs: [slab] }))).to.throw(RangeError);
  });
});

describe('A board', () => {
  it('names manifests by tags, and is told by its first leaf', () => {
    const entries = [{ tag: 'ab'.repeat(16), sector: sector('manifest', 64) }];
    const bytes = writeBoard(entries);
    expect(isBoard(bytes.subarray(0, 32))).to.equal(true);
    expect(readBoard(bytes)).to.deep.equal(entries);
    expect(isBoard(new Uint8Array(32))).to.equal(false);
    expect(() => readBoard(bytes.subarray(0, 32))).to.throw(RangeError);
  });
});

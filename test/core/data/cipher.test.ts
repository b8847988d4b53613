import { createCipheriv, hkdfSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../node/core/data/bytes.js';
import { createCtr as native } from '../../../node/core/data/aes-ctr/native.js';
import { createCtr as web } from '../../../node/core/data/aes-ctr/web.js';
import { objectKey, shardKey, slabKey, type ShardKey, type ShardPlace } from '../../../node/core/data/cipher.js';
import { applyCipher } from '../../support/apply-cipher.js';
import { dealId } from '../../../node/core/units.js';

const master = new Uint8Array(32).fill(3);
const id = '00112233445566778899aabbccddeeff';
const place: ShardPlace = { shard: 2, deal: dealId(`0x${'d1'.repeat(32)}`), attempt: 4 };
const aSlab = slabKey(objectKey(master, id), 1);
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the tree of keys', () => {
  const derived = (secret: Uint8Array, level: string, info: Uint8Array, length: number): string =>
    Buffer.from(hkdfSync('sha256', secret, `holdfast/${level}-key/1`, info, length)).toString('hex');
  const hexOf = ({ key, nonce }: ShardKey): string => toHex(key) + toHex(nonce).slice(2);

  it('is HKDF-SHA-256, level by level: object, slab, placement', () => {
    const object = derived(master, 'object', Buffer.from(id, 'hex'), 32);
    expect(toHex(objectKey(master, id))).to.equal(`0x${object}`);
    const slab = derived(Buffer.from(object, 'hex'), 'slab', Buffer.from('00000001', 'hex'), 32);
    expect(toHex(aSlab)).to.equal(`0x${slab}`);
    const info = Buffer.concat([Buffer.from('00000002', 'hex'), Buffer.alloc(32, 0xd1), Buffer.from('00000004', 'hex')]);
    expect(hexOf(shardKey(aSlab, place))).to.equal(`0x${derived(Buffer.from(slab, 'hex'), 'shard', info, 48)}`);
  });

  it('stays as it is, byte for byte', () => {
    expect(toHex(objectKey(master, id))).to.equal('0x237c96fdf163b5bb63f1ee426f49e1a206c142b906f3b8b5dc390675396bebef');
    expect(toHex(aSlab)).to.equal('0x378b481b83087da18e2a6adbd3baf003d18ec76b8637a7d0634c89a4ddd332cb');
    const { key, nonce } = shardKey(aSlab, place);
    expect(toHex(key)).to.equal('0x661cb191f6570d29596fbcf5f406d8c18ce7314c0328692b385a54a30842a59e');
    expect(toHex(nonce)).to.equal('0xa5ebe0d280b4be8bd8882db7e23d5c14');
    expect([key.length, nonce.length]).to.deep.equal([32, 16]);
  });

  it('gives no two placements a key or a nonce: of every other master, object, slab, shard, deal and attempt', () => {
    const keyAt = (secret: Uint8Array, object: string, slab: number, change: Partial<ShardPlace> = {}): ShardKey =>
      shardKey(slabKey(objectKey(secret, object), slab), { ...place, ...change });
    const keys = [
      keyAt(master, id, 1),
      keyAt(new Uint8Array(32), id, 1),
      keyAt(master, 'f'.repeat(32), 1),
      keyAt(master, id, 2),
      keyAt(master, id, 1, { shard: 1 }),
      keyAt(master, id, 1, { deal: dealId(`0x${'d2'.repeat(32)}`) }),
      keyAt(master, id, 1, { attempt: 5 }),
    ];
    expect(new Set(keys.map(({ key }) => toHex(key)))).to.have.property('size', keys.length);
    expect(new Set(keys.map(({ nonce }) => toHex(nonce)))).to.have.property('size', keys.length);
  });

  it('opens one object with the key of that object, and nothing of another', async () => {
    const [mine, other] = [objectKey(master, id), objectKey(master, 'f'.repeat(32))];
    const plain = new Uint8Array(64).fill(9);
    const sealed = await applyCipher(shardKey(slabKey(other, 0), place), plain);
    expect(await applyCipher(shardKey(slabKey(other, 0), place), sealed)).to.deep.equal(plain);
    for (const slab of [0, 1, 2]) expect(await applyCipher(shardKey(slabKey(mine, slab), place), sealed)).not.to.deep.equal(plain);
    expect(toHex(objectKey(mine, 'f'.repeat(32))), 'it is no master').not.to.equal(toHex(other));
  });

  it('needs an object id of 16 bytes and numbers that fit', () => {
    expect(() => objectKey(master, 'my file')).to.throw(TypeError, 'object must be');
    expect(() => slabKey(objectKey(master, id), 2 ** 32)).to.throw(RangeError, 'must fit 4 bytes');
    expect(() => shardKey(aSlab, { ...place, attempt: -1 })).to.throw(RangeError, 'must fit 4 bytes');
    expect(() => shardKey(aSlab, { ...place, shard: 2 ** 32 })).to.throw(RangeError, 'must fit 4 bytes');
  });
});

describe('the shard cipher', () => {
  it('is AES-256-CTR as node:crypto does it, for every length, also when the counter wraps', async () => {
    const nonces = fc.oneof(bytes16, fc.constant(new Uint8Array(16).fill(255)));
    await fc.assert(
      fc.asyncProperty(bytes32, nonces, fc.uint8Array({ maxLength: 100 }), async (key, nonce, bytes) => {
        const expected = new Uint8Array(createCipheriv('aes-256-ctr', key, nonce).update(bytes));
        expect(await applyCipher({ key, nonce }, bytes)).to.deep.equal(expected);
      }),
    );
  });

  it('undoes itself', async () => {
    const key = shardKey(aSlab, place);
    const bytes = new Uint8Array(1000).fill(8);
    expect(await applyCipher(key, await applyCipher(key, bytes))).to.deep.equal(bytes);
  });

  it('gives any part of a shard from the part alone', async () => {
    await fc.assert(
      fc.asyncProperty(bytes32, bytes16, fc.integer({ min: 0, max: 30 }), async (key, nonce, block) => {
        const bytes = new Uint8Array(512).fill(1);
        const whole = await applyCipher({ key, nonce }, bytes);
        expect(await applyCipher({ key, nonce }, bytes.subarray(block * 16), block * 16)).to.deep.equal(whole.slice(block * 16));
      }),
    );
  });

  it('starts on a block of 16 bytes only', async () => {
    const key = shardKey(aSlab, place);
    for (const offset of [-16, 8, 0.5]) {
      const outcome = await applyCipher(key, new Uint8Array(16), offset).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(RangeError);
    }
  });
});

for (const [name, createCtr] of Object.entries({ native, web })) {
  describe(`AES-256-CTR by the ${name} implementation`, () => {
    it('is what node:crypto says, in place, and touches nothing around', async () => {
      for (const length of [0, 1, 15, 16, 17, 65_535, 65_536, 65_537, 200_000]) {
        const [key, counter] = [new Uint8Array(32).fill(length), new Uint8Array(16).fill(255)];
        const room = new Uint8Array(length + 2).fill(7);
        await createCtr(key)(room.subarray(1, -1), counter);
        const expected = createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(length, 7));
        expect(Buffer.compare(room.subarray(1, -1), expected), `${length} bytes`).to.equal(0);
        expect([room[0], room.at(-1)], `${length} bytes`).to.deep.equal([7, 7]);
      }
    });

    it('takes a key for many calls, side by side too', async () => {
      const [key, counter] = [new Uint8Array(32).fill(1), new Uint8Array(16)];
      const apply = createCtr(key);
      const rooms = Array.from({ length: 5 }, (_, i) => new Uint8Array(100).fill(i));
      await Promise.all(rooms.map((room) => apply(room, counter)));
      rooms.forEach((room, i) =>
        expect(room).to.deep.equal(new Uint8Array(createCipheriv('aes-256-ctr', key, counter).update(Buffer.alloc(100, i)))),
      );
    });
  });
}

describe('the cipher of a page', () => {
  it('takes its key in once', async () => {
    const { subtle } = crypto;
    const { importKey } = subtle;
    let imports = 0;
    subtle.importKey = (...rest: never[]) => {
      imports += 1;
      return importKey.apply(subtle, rest as never);
    };
    try {
      const apply = web(new Uint8Array(32));
      for (let turn = 0; turn < 3; turn++) await apply(new Uint8Array(16), new Uint8Array(16));
    } finally {
      subtle.importKey = importKey;
    }
    expect(imports).to.equal(1);
  });
});

describe('the cipher of Node', () => {
  it('leaves no memory behind that it enciphered in', async () => {
    const [bytes, apply] = [new Uint8Array(16 << 20), native(master)];
    const before = process.memoryUsage().arrayBuffers;
    await apply(bytes, new Uint8Array(16));
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(1 << 20);
  });
});

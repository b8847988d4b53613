import { createCipheriv, hkdfSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { toHex } from '../../../node/core/data/bytes.js';
import { createCtr as native } from '../../../node/core/data/aes-ctr/native.js';
import { createCtr as web } from '../../../node/core/data/aes-ctr/web.js';
import { shardKey, type ShardPlace } from '../../../node/core/data/cipher.js';
import { applyCipher } from '../../support/apply-cipher.js';
import { dealId } from '../../../node/core/units.js';

const master = new Uint8Array(32).fill(3);
const place: ShardPlace = {
  object: '00112233445566778899aabbccddeeff',
  slab: 1,
  shard: 2,
  deal: dealId(`0x${'d1'.repeat(32)}`),
  attempt: 4,
};
const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const bytes16 = fc.uint8Array({ minLength: 16, maxLength: 16 });

describe('the key of a shard', () => {
  it('is HKDF-SHA-256 over all that names its placement', () => {
    const info = Buffer.concat([
      Buffer.from(place.object, 'hex'),
      Buffer.from('0000000100000002', 'hex'),
      Buffer.alloc(32, 0xd1),
      Buffer.from('00000004', 'hex'),
    ]);
    const expected = Buffer.from(hkdfSync('sha256', master, 'holdfast/shard/1', info, 48)).toString('hex');
    const { key, nonce } = shardKey(master, place);
    expect(toHex(key) + toHex(nonce).slice(2)).to.equal(`0x${expected}`);
    expect(key).to.have.length(32);
    expect(nonce).to.have.length(16);
  });

  it('differs for every other object, slab, shard, deal, attempt and master', () => {
    const others = [{ object: 'f'.repeat(32) }, { slab: 2 }, { shard: 1 }, { deal: dealId(`0x${'d2'.repeat(32)}`) }, { attempt: 5 }].map(
      (change) => shardKey(master, { ...place, ...change }),
    );
    const keys = [shardKey(master, place), ...others, shardKey(new Uint8Array(32), place)];
    expect(new Set(keys.map(({ key }) => toHex(key)))).to.have.property('size', keys.length);
    expect(new Set(keys.map(({ nonce }) => toHex(nonce)))).to.have.property('size', keys.length);
  });

  it('needs an object id of 16 bytes and numbers that fit', () => {
    expect(() => shardKey(master, { ...place, object: 'my file' })).to.throw(TypeError, 'object must be');
    expect(() => shardKey(master, { ...place, slab: 2 ** 32 })).to.throw(RangeError, 'must fit 4 bytes');
    expect(() => shardKey(master, { ...place, attempt: -1 })).to.throw(RangeError, 'must fit 4 bytes');
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
    const key = shardKey(master, place);
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
    const key = shardKey(master, place);
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

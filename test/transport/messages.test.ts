import { expect } from 'chai';
import { encode } from 'cborg';
import fc from 'fast-check';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves, wei } from '../../node/core/units.js';
import type { Message } from '../../node/transport/messages/message.js';
import { egressAnswer, egressRequest } from '../../node/transport/messages/egress.js';
import { listSectorsAnswer, listSectorsEnd, listSectorsRequest } from '../../node/transport/messages/list-sectors.js';
import { lostSectorsAnswer, lostSectorsRequest } from '../../node/transport/messages/lost-sectors.js';
import { pullMessage } from '../../node/transport/messages/pull.js';
import { nextRangeRequest, readLeavesAnswer, readLeavesRequest } from '../../node/transport/messages/read-leaves.js';
import { refusalMessage } from '../../node/transport/messages/refusal.js';
import { signDifferenceRequest, signRevisionAnswer, signRevisionRequest } from '../../node/transport/messages/sign-revision.js';
import { termsAnswer, termsRequest } from '../../node/transport/messages/terms.js';
import { writeSectorAnswer, writeSectorRequest } from '../../node/transport/messages/write-sector.js';
import { packSectors, unpackSectors } from '../../node/core/data/packed-sectors.js';
import { packChange, packDifference, rangesOf, unpackChange, unpackDifference } from '../../node/transport/messages/sector-list.js';
import { throwsCoded } from '../support/coded-errors.js';
import {
  authorizationFor,
  patterned,
  providerSignature,
  renterSignature,
  revisionOver,
  rootNumber,
  sectorNumber,
  signedOver,
  terms,
} from '../support/worlds/link-fixtures.js';

const authorization = authorizationFor('12D3KooWNvSZnPi3RrhrTwEY4LuuBeB6K6facKUCJcyWG1aoDd2p');
const sample = <T>(message: Message<T>, value: T) => ({ message: message as Message<unknown>, value: value as unknown });
const samples = [
  sample(termsRequest, {}),
  sample(termsAnswer, terms),
  sample(writeSectorRequest, { authorization, sector: sectorNumber(5, 131_072) }),
  sample(writeSectorAnswer, {}),
  sample(signRevisionRequest, {
    authorization,
    revision: revisionOver([sectorNumber(1), sectorNumber(2, 1)]),
    base: 0n,
    renterSignature,
    removed: 2 ** 24,
    appended: 0,
  }),
  sample(signDifferenceRequest, {
    authorization,
    revision: revisionOver([sectorNumber(1), sectorNumber(2, 1)]),
    base: 2n ** 64n - 1n,
    baseRoot: rootNumber(6),
    renterSignature,
    ranges: 2 ** 24,
    appended: 2 ** 24,
  }),
  sample(signDifferenceRequest, {
    authorization,
    revision: revisionOver([]),
    base: 0n,
    baseRoot: undefined,
    renterSignature,
    ranges: 0,
    appended: 0,
  }),
  sample(signRevisionAnswer, { providerSignature }),
  sample(readLeavesRequest, {
    authorization,
    root: rootNumber(8),
    first: {
      from: leaves(131_071),
      count: leaves(8_192),
      voucher: { amount: wei(2n ** 128n - 1n), signature: renterSignature },
      last: false,
    },
  }),
  sample(readLeavesRequest, {
    authorization,
    root: rootNumber(8),
    first: { from: leaves(0), count: leaves(1), voucher: undefined, last: true },
  }),
  sample(nextRangeRequest, {
    from: leaves(131_071),
    count: leaves(8_192),
    voucher: { amount: wei(2n ** 128n - 1n), signature: renterSignature },
    last: true,
  }),
  sample(egressRequest, { authorization }),
  sample(egressAnswer, { served: Number.MAX_SAFE_INTEGER, voucher: { amount: wei(2n ** 128n - 1n), signature: renterSignature } }),
  sample(egressAnswer, { served: 0, voucher: undefined }),
  sample(readLeavesAnswer, { proof: Array.from({ length: 34 }, (_, i) => patterned(32, i)) }),
  sample(listSectorsRequest, { authorization }),
  sample(listSectorsAnswer, { signed: signedOver([sectorNumber(3)]) }),
  sample(listSectorsAnswer, { signed: undefined }),
  sample(listSectorsEnd, {}),
  sample(lostSectorsRequest, { authorization, range: { after: rootNumber(8), most: 1_024 } }),
  sample(lostSectorsAnswer, { roots: Array.from({ length: 20 }, (_, i) => rootNumber(i)), next: rootNumber(1_024) }),
  sample(lostSectorsAnswer, { roots: [], next: undefined }),
  sample(pullMessage, { offset: 2 ** 40, length: 262_144 }),
  sample(refusalMessage, { code: 'PEER_BUSY', sentence: 'too much at once' }),
];

/** Decodes, or says which coded error it was. Anything else fails the test. */
const decoded = (message: Message<unknown>, bytes: Uint8Array): { value: unknown } | string => {
  try {
    return { value: message.decode(bytes) };
  } catch (error) {
    if (isHoldfastError(error, 'MESSAGE_INVALID', 'MESSAGE_TOO_LARGE')) return error.code;
    throw error;
  }
};

describe('Messages', () => {
  for (const { message, value } of samples) {
    it(`${message.name}: what is said is what is heard, within the cap`, () => {
      const bytes = message.encode(value);
      expect(bytes.length).to.be.at.most(message.cap);
      expect(message.decode(bytes)).to.deep.equal(value);
    });

    it(`${message.name}: cut short, with one more byte, or over its cap, it is refused`, () => {
      const bytes = message.encode(value);
      for (let length = 0; length < bytes.length; length++) throwsCoded(() => message.decode(bytes.subarray(0, length)), 'MESSAGE_INVALID');
      const longer = new Uint8Array(message.cap + 1);
      longer.set(bytes);
      throwsCoded(() => message.decode(longer), 'MESSAGE_TOO_LARGE');
      if (bytes.length < message.cap) throwsCoded(() => message.decode(longer.subarray(0, bytes.length + 1)), 'MESSAGE_INVALID');
    });

    it(`${message.name}: with a field more it is refused`, () => {
      const bytes = message.encode(value);
      const more = Uint8Array.of((bytes[0] as number) + 1, ...bytes.subarray(1), 0x63, 0x7a, 0x7a, 0x7a, 0x00);
      if (more.length <= message.cap) {
        expect(throwsCoded(() => message.decode(more), 'MESSAGE_INVALID').message).to.contain('unknown field "zzz"');
      }
    });

    it(`${message.name}: a changed byte is refused, or says something else that is as it should be`, () => {
      const bytes = message.encode(value);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
          const changed = bytes.slice();
          changed[at] = (changed[at] as number) ^ flip;
          const heard = decoded(message, changed);
          if (typeof heard === 'object') expect(message.encode(heard.value).length).to.be.at.most(message.cap);
        }),
        { numRuns: 200 },
      );
    });

    it(`${message.name}: any bytes are refused with a code, or are a message`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => void decoded(message, bytes)),
        { numRuns: 200 },
      );
    });
  }

  it('refuse a field that is missing, of another type, or out of its bounds', () => {
    const wire = (fields: object): Uint8Array => encode(fields);
    const refused = (fields: object): string => throwsCoded(() => pullMessage.decode(wire(fields)), 'MESSAGE_INVALID').message;
    expect(refused({ offset: 0 })).to.contain('missing field "length"');
    expect(refused({ offset: 0, length: '5' })).to.contain('length: integer expected');
    expect(refused({ offset: 0, length: 0 })).to.contain('length: 0 where 1 to 262144 may be');
    expect(refused({ offset: 0, length: 262_145 })).to.contain('262145');
    expect(refused({ offset: -1, length: 1 })).to.contain('offset');
    expect(refused({ offset: 2n ** 60n, length: 1 })).to.contain('offset');
    expect(refused([0, 1])).to.contain('record expected');
    throwsCoded(() => pullMessage.encode({ offset: 0, length: 262_145 }), 'MESSAGE_INVALID');
  });

  it('refuse every encoding of a value but the shortest', () => {
    const head = Uint8Array.of(0xa2, 0x66, ...Buffer.from('length'), 0x01, 0x66, ...Buffer.from('offset'));
    expect(pullMessage.decode(Uint8Array.of(...head, 0x07))).to.deep.equal({ length: 1, offset: 7 });
    for (const tail of [[0x18, 0x07], [0x19, 0x00, 0x07], [0xc2, 0x41, 0x07], [0xf9, 0x47, 0x00], [0xf7], [0x9f, 0xff]]) {
      throwsCoded(() => pullMessage.decode(Uint8Array.of(...head, ...tail)), 'MESSAGE_INVALID');
    }
    const twice = Uint8Array.of(0xa3, ...head.subarray(1), 0x07, 0x66, ...Buffer.from('offset'), 0x08);
    throwsCoded(() => pullMessage.decode(twice), 'MESSAGE_INVALID');
  });

  it('refuse an amount with a leading zero or over its bits', () => {
    const answer = (price: Uint8Array): Uint8Array => {
      const ask = { price, egressPrice: new Uint8Array(0), minLeaves: 0, maxLeaves: 0, maxPeriods: 0 };
      return encode({ provider: new Uint8Array(20), ask, freeLeaves: 0, freeDeals: 0, minLeaves: 0 });
    };
    expect(termsAnswer.decode(answer(Uint8Array.of(1, 0))).ask.price).to.equal(256n);
    throwsCoded(() => termsAnswer.decode(answer(Uint8Array.of(0, 1))), 'MESSAGE_INVALID');
    throwsCoded(() => termsAnswer.decode(answer(new Uint8Array(17).fill(1))), 'MESSAGE_INVALID');
  });

  it('refuse nesting without end', () => {
    throwsCoded(() => signRevisionRequest.decode(new Uint8Array(2_000).fill(0x81)), 'MESSAGE_INVALID');
  });
});

describe('Packed sectors', () => {
  it('come back as they were', () => {
    const sector = fc.tuple(fc.nat(2 ** 30), fc.integer({ min: 1, max: 131_072 })).map(([n, count]) => sectorNumber(n, count));
    const remove = fc.uniqueArray(fc.nat(2 ** 24 - 1)).map((indices) => indices.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(sector), remove, (append, removed) => {
        expect(unpackSectors(packSectors(append))).to.deep.equal(append);
        expect(unpackChange(packChange({ remove: removed, append }), removed.length)).to.deep.equal({ remove: removed, append });
        const { ranges, bytes } = packDifference({ remove: removed, append });
        expect(unpackDifference(bytes, ranges, removed.length)).to.deep.equal({ remove: removed, append });
      }),
    );
  });

  it('refuse a sector without leaves or with too many, and indices that do not ascend', () => {
    const packed = packSectors([sectorNumber(1, 1)]);
    packed.set([0, 0, 0], 32);
    expect(() => unpackSectors(packed)).to.throw(RangeError, 'sector 0 has 0 leaves');
    packed.set([2, 0, 1], 32);
    expect(() => unpackSectors(packed)).to.throw(RangeError, 'sector 0 has 131073 leaves');
    const whole = Uint8Array.of(...packed, 0);
    expect(() => unpackSectors(whole)).to.throw(RangeError, 'cut short');
    const sameTwice = packChange({ remove: [4, 4], append: [] });
    expect(() => unpackChange(sameTwice, 2)).to.throw(RangeError, 'ascend');
  });

  it('take a range of indices out in six bytes, however long it is, and refuse one that is empty, goes back or takes out too many', () => {
    const all = Array.from({ length: 100_000 }, (_, i) => i);
    expect(rangesOf([0, 1, 2, 5, 7, 8])).to.deep.equal([
      { from: 0, count: 3 },
      { from: 5, count: 1 },
      { from: 7, count: 2 },
    ]);
    const { ranges, bytes } = packDifference({ remove: all, append: [] });
    expect([ranges, bytes.length]).to.deep.equal([1, 6]);
    expect(unpackDifference(bytes, 1, 100_000).remove).to.deep.equal(all);
    expect(() => unpackDifference(bytes, 1, 99_999)).to.throw(RangeError, 'more than 99999');
    expect(() => unpackDifference(Uint8Array.of(0, 0, 1, 0, 0, 0), 1, 9)).to.throw(RangeError, 'ascend');
    expect(() => unpackDifference(Uint8Array.of(0, 0, 1, 0, 0, 2, 0, 0, 2, 0, 0, 1), 2, 9)).to.throw(RangeError, 'ascend');
  });
});

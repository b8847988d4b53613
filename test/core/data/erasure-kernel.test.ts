import { expect } from 'chai';
import { createKernel, kernelModule, MOST_OUTPUTS, TURN_BYTES } from '../../../node/core/data/erasure/kernel.js';
import { coefficients, splitTable, TABLE_BYTES } from '../../../node/core/data/erasure/galois-field.js';
import { content } from '../../../scripts/lab/vectors/reference.js';
import { multiply } from '../../support/galois-field.js';

const TABLES = 0;
const SHARDS = 1 << 16;

describe('the kernel of the erasure code', () => {
  for (const relaxed of [false, true]) {
    it(`makes sums of products, ${relaxed ? 'with' : 'without'} relaxed SIMD, and touches nothing else`, () => {
      const { memory, combine } = createKernel(3, relaxed);
      const room = new Uint8Array(memory.buffer);
      for (let outputs = 1; outputs <= MOST_OUTPUTS; outputs++) {
        for (const [count, length, stride] of [
          [1, 32, 32],
          [3, 64, 96],
          [7, 480, 480],
          [20, 1024, 1056],
        ] as const) {
          room.set(content(count, room.length));
          const before = room.slice();
          const factors = Array.from({ length: count * outputs }, (_, i) => (i * 37 + count + outputs) % 256);
          factors.forEach((factor, i) => room.set(splitTable(factor), TABLES + i * TABLE_BYTES));
          before.set(room.subarray(0, factors.length * TABLE_BYTES));
          const output = SHARDS + count * stride;
          combine(outputs, TABLES, SHARDS, output, stride, count, length);
          for (let d = 0; d < outputs; d++) {
            for (let i = 0; i < length; i++) {
              let sum = 0;
              for (let j = 0; j < count; j++)
                sum ^= multiply(factors[j * outputs + d] as number, before[SHARDS + j * stride + i] as number);
              before[output + d * stride + i] = sum;
            }
          }
          expect(Buffer.compare(room, before), `${outputs} outputs of ${count} sources`).to.equal(0);
        }
      }
    });
  }

  it('is a module that any engine takes, with memory that cannot grow', () => {
    expect(WebAssembly.validate(kernelModule(14, false))).to.equal(true);
    const { memory } = createKernel(200, false);
    expect(memory.buffer.byteLength).to.equal(200 << 16);
    expect(() => memory.grow(1)).to.throw(RangeError);
    expect(TURN_BYTES).to.equal(32);
  });
});

describe('what shards count for', () => {
  it('is nothing but the shard itself for 1 of n, and the golden factors for 2 of 3', () => {
    expect(coefficients([0], [1, 2, 254])).to.deep.equal([[1], [1], [1]]);
    expect(coefficients([0, 1], [2])).to.deep.equal([[3, 2]]);
  });

  it('undoes itself: a shard from those that were made of it', () => {
    const [[toFirst, toSecond]] = coefficients([0, 1], [7]) as [[number, number]];
    const [[back, other]] = coefficients([7, 1], [0]) as [[number, number]];
    expect(multiply(back, toFirst)).to.equal(1);
    expect(multiply(back, toSecond) ^ other).to.equal(0);
  });
});

describe('a split table', () => {
  it('has the products of both halves of a byte, for every factor', () => {
    for (let factor = 0; factor < 256; factor++) {
      const table = splitTable(factor);
      for (let byte = 0; byte < 256; byte++) {
        const product = (table[byte & 15] as number) ^ (table[16 + (byte >> 4)] as number);
        if (product !== multiply(factor, byte)) expect.fail(`${factor} · ${byte} is ${product}`);
      }
    }
  });
});

import {
  add,
  advance,
  and,
  assemble,
  countDown,
  i32,
  loadV128,
  local,
  relaxedSwizzle,
  set,
  shiftRight,
  splat,
  storeV128,
  swizzle,
  xor,
  type Code,
  type Routine,
} from './assembler.js';
import { TABLE_BYTES } from './galois-field.js';

/** Most outputs that one pass over the sources makes. */
export const MOST_OUTPUTS = 4;
/** Bytes that one turn of the loop does: two vectors share what is loaded of the tables. */
export const TURN_BYTES = 32;

const OUTPUTS = [1, 2, 3, 4] as const;
const VECTOR_BYTES = 16;
const VECTORS = [0, 1] as const;

/** Sums of products over GF(2^8): byte i of output d is Σ coefficient(j, d) · byte i of source j. */
export interface Kernel {
  readonly memory: WebAssembly.Memory;
  /**
   * Makes `outputs` (1 … 4) outputs of `length` bytes, a multiple of 32 and not zero, from `count` sources. Sources and outputs lie `stride`
   * bytes apart, and the tables output by output for each source in turn.
   */
  combine(outputs: number, tables: number, sources: number, firstOutput: number, stride: number, count: number, length: number): void;
}

const nameOf = (outputs: number): string => `combine${outputs}`;
const parameters = ['tables', 'sources', 'output', 'stride', 'count', 'length'] as const;
const [tables, sources, output, stride, count, length, source, table, left] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
const [mask, lowProducts, highProducts, firstVector] = [9, 10, 11, 12] as const;

/** A product of a byte is the sum of those of its two halves, which are looked up sixteen at a time. */
const combineInto = (outputs: number, lookUp: typeof swizzle): Routine => {
  const low = (vector: number): number => firstVector + vector;
  const high = (vector: number): number => firstVector + VECTORS.length + vector;
  const sum = (index: number, vector: number): number => firstVector + (2 + index) * VECTORS.length + vector;
  const each = Array.from({ length: outputs }, (_, index) => index);

  const split = (vector: number): Code => [
    ...set(high(vector), loadV128(local(source), vector * VECTOR_BYTES)),
    ...set(low(vector), and(local(high(vector)), local(mask))),
    ...set(high(vector), and(shiftRight(local(high(vector)), 4), local(mask))),
  ];
  const accumulate = (index: number, vector: number): Code => {
    const products = xor(lookUp(local(lowProducts), local(low(vector))), lookUp(local(highProducts), local(high(vector))));
    return set(sum(index, vector), xor(local(sum(index, vector)), products));
  };
  const perOutput = (index: number): Code => [
    ...set(lowProducts, loadV128(local(table), index * TABLE_BYTES)),
    ...set(highProducts, loadV128(local(table), index * TABLE_BYTES + VECTOR_BYTES)),
    ...VECTORS.flatMap((vector) => accumulate(index, vector)),
  ];
  const addressOf = (index: number): Code => each.slice(0, index).reduce<Code>((address) => add(address, local(stride)), local(output));

  const perSource: Code = [
    ...VECTORS.flatMap(split),
    ...each.flatMap(perOutput),
    ...advance(source, local(stride)),
    ...advance(table, i32(outputs * TABLE_BYTES)),
  ];
  const perTurn: Code = [
    ...set(source, local(sources)),
    ...set(table, local(tables)),
    ...set(left, local(count)),
    ...each.flatMap((index) => VECTORS.flatMap((vector) => set(sum(index, vector), splat(0)))),
    ...countDown(left, 1, perSource),
    ...each.flatMap((index) => VECTORS.flatMap((vector) => storeV128(addressOf(index), local(sum(index, vector)), vector * VECTOR_BYTES))),
    ...advance(sources, i32(TURN_BYTES)),
    ...advance(output, i32(TURN_BYTES)),
  ];
  return {
    name: nameOf(outputs),
    parameters: parameters.length,
    i32s: 3,
    v128s: 3 + (2 + outputs) * VECTORS.length,
    body: [...set(mask, splat(15)), ...countDown(length, TURN_BYTES, perTurn)],
  };
};

type Combine = (...addresses: number[]) => void;

/** The bytes of the kernel's module, for every engine with SIMD or for those that have the relaxed kind too. */
export const kernelModule = (pages: number, relaxed: boolean): Uint8Array<ArrayBuffer> => {
  const lookUp = relaxed ? relaxedSwizzle : swizzle;
  return assemble(
    OUTPUTS.map((outputs) => combineInto(outputs, lookUp)),
    pages,
  );
};

const hasRelaxed = WebAssembly.validate(kernelModule(1, true));

/** The kernel in an instance of its own, whose memory has so many `pages` of 64 KiB and never grows. */
export const createKernel = (pages: number, relaxed = hasRelaxed): Kernel => {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernelModule(pages, relaxed)));
  const combines = OUTPUTS.map((outputs) => instance.exports[nameOf(outputs)] as Combine);
  return {
    memory: instance.exports['memory'] as WebAssembly.Memory,
    combine: (outputs, ...addresses) => (combines[outputs - 1] as Combine)(...addresses),
  };
};

/** Bytes of a WebAssembly program: instructions, or what they are put together to. */
export type Code = readonly number[];

/** LEB128, unsigned. */
const uint = (value: number): Code => (value < 128 ? [value] : [(value & 127) | 128, ...uint(value >>> 7)]);
/** LEB128, signed. */
const int = (value: number): Code => (value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...int(value >> 7)]);

const sized = (code: Code): Code => [...uint(code.length), ...code];
const list = (items: readonly Code[]): Code => [...uint(items.length), ...items.flat()];
const name = (text: string): Code => sized([...text].map((letter) => letter.charCodeAt(0)));
const section = (id: number, content: Code): Code => [id, ...sized(content)];

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY = 0x40;
const END = 0x0b;

const simd = (opcode: number, ...rest: Code): Code => [0xfd, ...uint(opcode), ...rest];
const binary =
  (opcode: Code) =>
  (a: Code, b: Code): Code => [...a, ...b, ...opcode];

export const local = (index: number): Code => [0x20, ...uint(index)];
export const set = (index: number, value: Code): Code => [...value, 0x21, ...uint(index)];
export const i32 = (value: number): Code => [0x41, ...int(value)];
export const add = binary([0x6a]);
export const subtract = binary([0x6b]);
/** Adds to a local i32. */
export const advance = (index: number, by: Code): Code => set(index, add(local(index), by));
/** Runs `body` until `index`, which counts down by `step`, is zero: at least once. */
export const countDown = (index: number, step: number, body: Code): Code => [
  ...[0x03, EMPTY, ...body],
  ...set(index, subtract(local(index), i32(step))),
  ...[...local(index), 0x0d, 0, END],
];

export const loadV128 = (address: Code, offset = 0): Code => [...address, ...simd(0x00, 0, ...uint(offset))];
export const storeV128 = (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(0x0b, 0, ...uint(offset))];
export const splat = (byte: number): Code => [...i32(byte), ...simd(0x0f)];
export const and = binary(simd(0x4e));
export const xor = binary(simd(0x51));
/** Lane i of the result is lane i of the second vector, as an index below 16, of the first one. */
export const swizzle = binary(simd(0x0e));
/** The same in one machine instruction, of the relaxed SIMD that not every engine has. */
export const relaxedSwizzle = binary(simd(0x100));
/** Eight lanes of 16 bits, each shifted right. */
export const shiftRight = (value: Code, bits: number): Code => [...value, ...i32(bits), ...simd(0x8d)];

/** A function without result. Its parameters, all i32, are the first locals; then come further ones. */
export interface Routine {
  readonly name: string;
  readonly parameters: number;
  readonly i32s: number;
  readonly v128s: number;
  readonly body: Code;
}

const typeOf = ({ parameters }: Routine): Code => [0x60, ...list(Array.from({ length: parameters }, () => [I32])), 0];
const bodyOf = ({ i32s, v128s, body }: Routine): Code =>
  sized([
    ...list([
      [...uint(i32s), I32],
      [...uint(v128s), V128],
    ]),
    ...body,
    END,
  ]);

/** The bytes of a module that exports `routines`, and its `memory` of so many pages of 64 KiB. */
export const assemble = (routines: readonly Routine[], pages: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(routines.map(typeOf))),
    ...section(3, list(routines.map((_, index) => uint(index)))),
    ...section(5, list([[1, ...uint(pages), ...uint(pages)]])),
    ...section(7, list([[...name('memory'), 2, 0], ...routines.map((routine, index) => [...name(routine.name), 0, ...uint(index)])])),
    ...section(10, list(routines.map(bodyOf))),
  ]);

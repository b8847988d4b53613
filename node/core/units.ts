declare const unit: unique symbol;

/** The mark of a unit, in types only: no value has this member. */
export interface Measured<Unit extends string> {
  readonly [unit]: Unit;
}

/** Branded numbers: a value of one unit does not pass for another. Amounts are bigints, never floats. */
export type Branded<Base, Unit extends string> = Base & Measured<Unit>;

/** Token wei. Also used, as {@link GasWei}, for the chain's own coin, which is never mixed with tokens. */
export type Wei = Branded<bigint, 'wei'>;
/** Wei of the chain's own coin (gas). */
export type GasWei = Branded<bigint, 'gas-wei'>;
/** Leaves of 32 bytes; a safe integer (at most 2^40). */
export type Leaves = Branded<number, 'leaves'>;
/** Period number, counted from 1. */
export type Period = Branded<number, 'period'>;
/** Block number. */
export type BlockNumber = Branded<number, 'block'>;
/** Units of collateral, one `unit` of token wei each; fits 64 bits. */
export type Weight = Branded<bigint, 'weight'>;
/** 0x-prefixed hex, lower case. */
export type Hex = `0x${string}`;
/** 20 bytes as {@link Hex}, lower case. */
export type Address = Branded<Hex, 'address'>;
/** 32 bytes as {@link Hex}: a hash, root or seed. */
export type Hash = Branded<Hex, 'hash'>;
/** 32 bytes as {@link Hex}: the id of a deal. */
export type DealId = Branded<Hex, 'deal'>;
/** 65 bytes r ‖ s ‖ v as {@link Hex}. */
export type Signature = Branded<Hex, 'signature'>;

/** Bytes in a leaf. */
export const LEAF_BYTES = 32;
/** Most leaves in a sector, 4 MiB. */
export const SECTOR_LEAVES = 1 << 17;
/** Most bytes in a sector, 4 MiB. */
export const SECTOR_BYTES = SECTOR_LEAVES * LEAF_BYTES;
/** Most sectors in a deal (R13). */
export const MAX_SECTORS = 1 << 24;
/** Most leaves in a deal (R13). */
export const MAX_LEAVES = 2 ** 40;
/** Most token wei of a stake or a lock limit (`uint96`). */
export const MAX_STAKE = (1n << 96n) - 1n;
/** Most token wei that all vouchers of a deal together may take (`uint96`). */
export const MAX_EGRESS = (1n << 96n) - 1n;
/** Most token wei in a deal's escrow (`uint128`). */
export const MAX_ESCROW = (1n << 128n) - 1n;
/** Highest price, token wei per GiB-period or per GiB read (`uint128`). */
export const MAX_PRICE = (1n << 128n) - 1n;
/** The last period that the contracts can name (`uint32`). */
export const MAX_PERIOD = 2 ** 32 - 1;
/** Leaves in one GiB (R5). */
export const LEAVES_PER_GIB = 1 << 25;

const integer = (title: string, value: number, min: number, max: number): number => {
  if (!Number.isSafeInteger(value)) throw new TypeError(`${title} must be an integer, not ${value}`);
  if (value < min || value > max) throw new RangeError(`${title} must be in ${min}…${max}, not ${value}`);
  return value;
};
const amount = (title: string, value: bigint, bits: bigint): bigint => {
  if (value < 0n || value >= 1n << bits) throw new RangeError(`${title} must fit ${bits} bits, unsigned; it is ${value}`);
  return value;
};
const hex = (title: string, value: string, bytes: number): string => {
  if (!/^0x[0-9a-fA-F]*$/.test(value)) throw new TypeError(`${title} must be 0x-prefixed hex, not "${value.slice(0, 80)}"`);
  if (value.length !== 2 + 2 * bytes) throw new RangeError(`${title} must have ${bytes} bytes, not ${(value.length - 2) / 2}`);
  return value.toLowerCase();
};

export const wei = (value: bigint): Wei => amount('amount', value, 256n) as Wei;
export const gasWei = (value: bigint): GasWei => amount('amount', value, 256n) as GasWei;
export const weight = (value: bigint): Weight => amount('weight', value, 64n) as Weight;
export const leaves = (value: number): Leaves => integer('leaves', value, 0, MAX_LEAVES) as Leaves;
export const period = (value: number): Period => integer('period', value, 0, MAX_PERIOD) as Period;
export const blockNumber = (value: number): BlockNumber => integer('block', value, 0, Number.MAX_SAFE_INTEGER) as BlockNumber;
export const address = (value: string): Address => hex('address', value, 20) as Address;
export const hash = (value: string): Hash => hex('hash', value, 32) as Hash;
export const dealId = (value: string): DealId => hex('deal', value, 32) as DealId;
export const signature = (value: string): Signature => hex('signature', value, 65) as Signature;

/** Leaves that hold `bytes` bytes, the last one padded with zeros. */
export const leavesOf = (bytes: number): Leaves => leaves(Math.ceil(integer('bytes', bytes, 0, Number.MAX_SAFE_INTEGER) / LEAF_BYTES));

import { createHash } from 'node:crypto';
import { dealId, hash, period, type DealId, type Hash, type Period } from '../../core/units.js';

/** The highest number that was signed for a deal, and the digest of the revision. */
export interface SignedNumber {
  readonly number: bigint;
  readonly digest: Hash;
  /** Last period in which it can be posted. */
  readonly validUntil: Period;
}

/** A line of the record; without a number the deal is forgotten. */
export interface NumberEntry {
  readonly deal: DealId;
  readonly signed: SignedNumber | undefined;
}

/*
 * The file of signed numbers: lines of 84 bytes. The first: magic 8, version uint32, zeros 4, salt 16, zeros 44, checksum 8. The others: deal
 * 32, number uint64, digest 32, last period uint32, checksum 8; number zero forgets the deal. A checksum is the first 8 bytes of SHA-256 over the salt and
 * the line before it, so that no line of another file counts, nor what a disk kept of one.
 */
export const LINE_BYTES = 84;
export const SALT_BYTES = 16;
const BODY = 76;
const MAGIC = 'HFNUMBER';
const VERSION = 1;

const checksum = (salt: Uint8Array, body: Uint8Array): Buffer => createHash('sha256').update(salt).update(body).digest().subarray(0, 8);

const sealed = (salt: Uint8Array, body: Buffer): Buffer => Buffer.concat([body, checksum(salt, body)]);

const isWhole = (salt: Uint8Array, line: Buffer): boolean =>
  line.length === LINE_BYTES && line.subarray(BODY).equals(checksum(salt, line.subarray(0, BODY)));

export const headerLine = (salt: Uint8Array): Buffer => {
  const body = Buffer.alloc(BODY);
  body.write(MAGIC, 'latin1');
  body.writeUInt32BE(VERSION, 8);
  body.set(salt, 16);
  return sealed(salt, body);
};

/** The salt that a first line names; undefined if it is no first line of this version. */
export const saltOf = (line: Buffer): Buffer | undefined => {
  const salt = line.subarray(16, 16 + SALT_BYTES);
  return line.subarray(0, LINE_BYTES).equals(headerLine(salt)) ? Buffer.from(salt) : undefined;
};

export const entryLine = (salt: Uint8Array, { deal, signed }: NumberEntry): Buffer => {
  const body = Buffer.alloc(BODY);
  body.write(deal.slice(2), 0, 'hex');
  body.writeBigUInt64BE(signed?.number ?? 0n, 32);
  if (signed !== undefined) body.write(signed.digest.slice(2), 40, 'hex');
  body.writeUInt32BE(signed?.validUntil ?? 0, 72);
  return sealed(salt, body);
};

/** What a line says; undefined if it is not as it was written. */
export const entryOf = (salt: Uint8Array, line: Buffer): NumberEntry | undefined => {
  if (!isWhole(salt, line)) return undefined;
  const deal = dealId(`0x${line.toString('hex', 0, 32)}`);
  const number = line.readBigUInt64BE(32);
  if (number === 0n) return { deal, signed: undefined };
  const digest = hash(`0x${line.toString('hex', 40, 72)}`);
  return { deal, signed: { number, digest, validUntil: period(line.readUInt32BE(72)) } };
};

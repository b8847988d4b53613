import { fromHex, uintOf } from '../data/bytes.js';
import { keccak256 } from '../data/keccak.js';
import { blockNumber, hash, type BlockNumber, type Hash } from '../units.js';
import { BLOOM_BYTES } from './bloom.js';
import { encodeRlp, integerBytes } from './rlp.js';

/** A block as JSON-RPC answers it, checked for nothing. */
export type BlockAnswer = Readonly<Record<string, unknown>>;

/** `data` has a fixed length and is taken as it is, `integer` loses its leading zeros. */
type Encoding = 'data' | 'integer';

/** Fields of a header in the order of its encoding, as of Frontier. */
const BASE_FIELDS: readonly (readonly [name: string, encoding: Encoding])[] = [
  ['parentHash', 'data'],
  ['sha3Uncles', 'data'],
  ['miner', 'data'],
  ['stateRoot', 'data'],
  ['transactionsRoot', 'data'],
  ['receiptsRoot', 'data'],
  ['logsBloom', 'data'],
  ['difficulty', 'integer'],
  ['number', 'integer'],
  ['gasLimit', 'integer'],
  ['gasUsed', 'integer'],
  ['timestamp', 'integer'],
  ['extraData', 'data'],
  ['mixHash', 'data'],
  ['nonce', 'data'],
];

/** What later forks appended: London, Shanghai, Cancun (three), Prague. Those that a header lacks are left out. */
const FORK_FIELDS: readonly (readonly [name: string, encoding: Encoding])[] = [
  ['baseFeePerGas', 'integer'],
  ['withdrawalsRoot', 'data'],
  ['blobGasUsed', 'integer'],
  ['excessBlobGas', 'integer'],
  ['parentBeaconBlockRoot', 'data'],
  ['requestsHash', 'data'],
];

/** What else JSON-RPC says of a block; none of it is part of the header. */
const NOT_HEADER = new Set(['hash', 'size', 'totalDifficulty', 'transactions', 'uncles', 'withdrawals', 'author', 'sealFields']);

const KNOWN = new Set([...BASE_FIELDS, ...FORK_FIELDS].map(([name]) => name));

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const bytesOf = (name: string, value: unknown): Uint8Array => {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]*$/.test(value)) throw new TypeError(`${name} is not hex`);
  return fromHex(value.length % 2 === 0 ? value : `0x0${value.slice(2)}`);
};

const encodeField = (block: BlockAnswer, [name, encoding]: readonly [string, Encoding]): Uint8Array => {
  const bytes = bytesOf(name, block[name]);
  return encoding === 'data' ? bytes : integerBytes(uintOf(bytes));
};

/** An unknown field: an odd number of digits can only be an integer. */
const encodeUnknown = (block: BlockAnswer, name: string): Uint8Array => {
  const value = block[name];
  return typeof value === 'string' && value.length % 2 === 1 ? integerBytes(uintOf(bytesOf(name, value))) : bytesOf(name, value);
};

/** A header with the hash that its fields have. */
export interface Header {
  readonly number: BlockNumber;
  /** Computed from the fields, or as reported where it cannot be. */
  readonly hash: Hash;
  /** As the answer has it. */
  readonly reportedHash: Hash;
  readonly parentHash: Hash;
  readonly receiptsRoot: Hash;
  readonly logsBloom: Uint8Array;
  /** Seconds since 1970. */
  readonly timestamp: number;
  /** Hashes of the transactions in their order. Not covered by `hash`, except through their root. */
  readonly transactions: readonly Hash[];
  /** Fields that this version does not know and that the reported hash needs, or may need where it does not fit. */
  readonly unknownFields: readonly string[];
}

const safeInteger = (name: string, value: unknown): number => {
  const integer = uintOf(bytesOf(name, value));
  if (integer > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`${name} is too large`);
  return Number(integer);
};

const transactionsOf = ({ transactions }: BlockAnswer): readonly Hash[] =>
  Array.isArray(transactions)
    ? transactions.map((one: unknown) => hash(String(typeof one === 'object' && one !== null ? (one as BlockAnswer)['hash'] : one)))
    : [];

/**
 * The header that a JSON-RPC answer describes, with its hash as reported: for chains whose headers are not Ethereum's.
 * TypeError or RangeError for an answer that is no block.
 */
export const reportedHeader = (block: BlockAnswer): Header => {
  const logsBloom = bytesOf('logsBloom', block['logsBloom']);
  if (logsBloom.length !== BLOOM_BYTES) throw new RangeError(`logsBloom must have ${BLOOM_BYTES} bytes, not ${logsBloom.length}`);
  const reportedHash = hash(String(block['hash']));
  return {
    number: blockNumber(safeInteger('number', block['number'])),
    hash: reportedHash,
    reportedHash,
    parentHash: hash(String(block['parentHash'])),
    receiptsRoot: hash(String(block['receiptsRoot'])),
    logsBloom,
    timestamp: safeInteger('timestamp', block['timestamp']),
    transactions: transactionsOf(block),
    unknownFields: Object.keys(block).filter((name) => !KNOWN.has(name) && !NOT_HEADER.has(name) && !isAbsent(block[name])),
  };
};

/**
 * The header that a JSON-RPC answer describes, with its hash computed from all fields that this version knows (through
 * Prague). Where that is not the reported one and there are unknown fields, they are appended in their order: a later
 * fork's header is proven as well when the hash then fits. TypeError or RangeError for an answer that is no block.
 */
export const computedHeader = (block: BlockAnswer): Header => {
  const header = reportedHeader(block);
  const forks = FORK_FIELDS.filter(([name]) => !isAbsent(block[name]));
  const fields = [...BASE_FIELDS, ...forks].map((field) => encodeField(block, field));
  const computed = keccak256(encodeRlp(fields));
  if (computed === header.hash) return { ...header, unknownFields: [] };
  const extended = extendedHash(block, fields, header.unknownFields);
  return { ...header, hash: extended === header.hash ? extended : computed };
};

const extendedHash = (block: BlockAnswer, fields: readonly Uint8Array[], unknown: readonly string[]): Hash | undefined => {
  try {
    return keccak256(encodeRlp([...fields, ...unknown.map((name) => encodeUnknown(block, name))]));
  } catch {
    // A field that is not hex is no part of a header.
    return undefined;
  }
};

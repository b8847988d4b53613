import type { ReportedLog, ReportedReceipt } from '../../core/ledger/chunk.js';
import { DEPOSIT_TYPE, quantity, type ReceiptContent } from '../../core/ledger/receipt.js';
import { hash, type Hex } from '../../core/units.js';

type Answer = Readonly<Record<string, unknown>>;

const record = (what: string, value: unknown): Answer => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError(`${what} is no object`);
  return value as Answer;
};

const list = (what: string, value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new TypeError(`${what} is no list`);
  return value;
};

const hex = (what: string, value: unknown, pattern = /^0x(?:[0-9a-f]{2})*$/): Hex => {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  if (!pattern.test(text)) throw new TypeError(`${what} is not hex`);
  return text as Hex;
};

const integer = (what: string, value: unknown): bigint => quantity(hex(what, value, /^0x[0-9a-f]+$/));

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** A log of an answer. TypeError for anything else. */
export const logFrom = (value: unknown): ReportedLog => {
  const answer = record('a log', value);
  const topics = list('topics', answer['topics']);
  if (topics.length > 4) throw new RangeError('a log has at most 4 topics');
  return {
    address: hex('the address of a log', answer['address'], /^0x[0-9a-f]{40}$/),
    topics: topics.map((topic) => hash(String(topic))),
    data: hex('the data of a log', answer['data']),
    transaction: hash(String(answer['transactionHash'])),
    logIndex: Number(integer('logIndex', answer['logIndex'])),
    block: Number(integer('blockNumber', answer['blockNumber'])),
    blockHash: hash(String(answer['blockHash'])),
  };
};

/** Logs of an answer to eth_getLogs. TypeError for anything else. */
export const logsFrom = (value: unknown): readonly ReportedLog[] => list('the answer', value).map(logFrom);

const depositOf = (answer: Answer, type: number): Pick<ReceiptContent, 'deposit'> => {
  const { depositNonce: nonce, depositReceiptVersion: version } = answer;
  // Before Canyon the version is absent, and the root leaves the nonce out as well.
  if (type !== DEPOSIT_TYPE || !isGiven(version)) return {};
  return { deposit: { nonce: integer('depositNonce', nonce), version: integer('depositReceiptVersion', version) } };
};

/** A receipt of an answer. TypeError or RangeError for anything else. */
export const receiptFrom = (value: unknown): ReportedReceipt => {
  const answer = record('a receipt', value);
  const type = isGiven(answer['type']) ? Number(integer('type', answer['type'])) : 0;
  if (type > 0x7f) throw new RangeError(`transactions have types up to 127, not ${type}`);
  const logs = list('logs', answer['logs']).map(logFrom);
  return {
    content: {
      type,
      outcome: isGiven(answer['status']) ? { status: integer('status', answer['status']) } : { root: hash(String(answer['root'])) },
      cumulativeGasUsed: integer('cumulativeGasUsed', answer['cumulativeGasUsed']),
      logs,
      ...depositOf(answer, type),
    },
    transaction: hash(String(answer['transactionHash'])),
    logs,
  };
};

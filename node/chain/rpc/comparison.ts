import type { JsonRpcPayload } from 'ethers';
import type { RpcAnswer } from './answer.js';

/** Fields that two nodes of any make give alike; others differ between makes. */
const LOG_FIELDS = ['address', 'topics', 'data', 'blockNumber', 'blockHash', 'transactionHash', 'logIndex'] as const;
const BLOCK_FIELDS = ['number', 'hash', 'parentHash', 'timestamp'] as const;
const RECEIPT_FIELDS = ['transactionHash', 'blockNumber', 'blockHash', 'from', 'to', 'status', 'gasUsed'] as const;

const take = (fields: readonly string[], value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(fields.map((field) => [field, Reflect.get(value, field) as unknown]));
};

const takeLogs = (value: unknown): unknown => (Array.isArray(value) ? value.map((log) => take(LOG_FIELDS, log)) : value);

/** What is compared of the result of each method; no other method can be asked for agreement. */
const COMPARED: Readonly<Record<string, (result: unknown) => unknown>> = {
  eth_call: (result) => result,
  eth_getBalance: (result) => result,
  eth_getCode: (result) => result,
  eth_getTransactionCount: (result) => result,
  eth_getBlockByNumber: (result) => take(BLOCK_FIELDS, result),
  eth_getLogs: takeLogs,
  eth_getTransactionReceipt: (result) => {
    if (typeof result !== 'object' || result === null) return result;
    return [take(RECEIPT_FIELDS, result), takeLogs(Reflect.get(result, 'logs'))];
  },
};

/** Whether answers to `method` can be compared. */
export const isComparable = (method: string): boolean => Object.hasOwn(COMPARED, method);

/** What an answer comes to, the same text for answers that mean the same. */
export const meaningOf = ({ method }: JsonRpcPayload, { error, result }: RpcAnswer): string => {
  if (error !== undefined) return typeof error.data === 'string' ? `a revert with ${error.data.toLowerCase()}` : 'a revert';
  const compared = COMPARED[method]?.(result) ?? null;
  return (typeof compared === 'string' ? compared : JSON.stringify(compared)).toLowerCase();
};

/** Both have nothing: no such block, or the transaction is not mined. */
export const isAbsent = ({ error, result }: RpcAnswer): boolean => error === undefined && result === null;

/** Whether an error is the chain's answer to a call. */
export const isRevert = ({ error }: RpcAnswer): boolean =>
  error !== undefined && (typeof error.data === 'string' || error.code === 3 || /revert/i.test(error.message ?? ''));

/** Most characters of an answer in an error. */
const SHOWN = 80;

/** Two different texts around the first place where they differ. */
export const showDifference = (one: string, other: string): readonly [string, string] => {
  let at = 0;
  while (one[at] !== undefined && one[at] === other[at]) at++;
  const from = Math.max(one.length, other.length) <= SHOWN ? 0 : Math.max(0, at - 8);
  const show = (text: string): string =>
    `${from > 0 ? '…' : ''}${text.slice(from, from + SHOWN)}${text.length > from + SHOWN ? '…' : ''}` || 'nothing';
  return [show(one), show(other)];
};

/** A call in words: what was asked, of whom. */
export const describe = ({ method, params }: JsonRpcPayload): string => {
  const [first] = params as unknown[];
  if (typeof first === 'string') return `${method} of ${first}`;
  const { to, data } = (first ?? {}) as { to?: string; data?: string };
  return to === undefined ? method : `${method} ${data?.slice(0, 10) ?? ''} to ${to}`;
};

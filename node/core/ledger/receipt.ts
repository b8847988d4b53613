import { concatBytes, fromHex, uintOf } from '../data/bytes.js';
import type { Hash } from '../units.js';
import { bloomOf, type LogContent } from './bloom.js';
import { orderedTrieRoot } from './ordered-root.js';
import { encodeRlp, integerBytes, type RlpItem } from './rlp.js';

/** What a transaction came to, as a block's receipts root commits to it. */
export interface ReceiptContent {
  /** EIP-2718 type; 0 for transactions from before it. */
  readonly type: number;
  /** 1 success, 0 revert; before Byzantium the state root. */
  readonly outcome: { readonly status: bigint } | { readonly root: Hash };
  /** Gas of the block up to and including this transaction. */
  readonly cumulativeGasUsed: bigint;
  readonly logs: readonly LogContent[];
  /** OP stack, deposits since Canyon: nonce and format of the receipt, both part of the encoding. */
  readonly deposit?: { readonly nonce: bigint; readonly version: bigint };
}

/** EIP-2718 type of an OP stack's deposit. */
export const DEPOSIT_TYPE = 0x7e;

/** Integer of a JSON-RPC quantity. */
export const quantity = (value: string): bigint => uintOf(fromHex(value.length % 2 === 0 ? value : `0x0${value.slice(2)}`));

const encodeLog = ({ address, topics, data }: LogContent): RlpItem => [fromHex(address), topics.map(fromHex), fromHex(data)];

/** The receipt as a value of the receipts trie: the type's byte, then RLP of outcome, gas, bloom and logs. */
export const encodeReceipt = ({ type, outcome, cumulativeGasUsed, logs, deposit }: ReceiptContent): Uint8Array => {
  const body = encodeRlp([
    'status' in outcome ? integerBytes(outcome.status) : fromHex(outcome.root),
    integerBytes(cumulativeGasUsed),
    bloomOf(logs),
    logs.map(encodeLog),
    ...(deposit === undefined ? [] : [integerBytes(deposit.nonce), integerBytes(deposit.version)]),
  ]);
  return type === 0 ? body : concatBytes(Uint8Array.of(type), body);
};

/** The receipts root of a block with these receipts, in the order of its transactions. */
export const receiptsRoot = (receipts: readonly ReceiptContent[]): Hash => orderedTrieRoot(receipts.map(encodeReceipt));

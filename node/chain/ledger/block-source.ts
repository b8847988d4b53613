import { asError } from '../../core/errors/coded.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { ReportedLog, ReportedReceipt } from '../../core/ledger/chunk.js';
import { computedHeader, reportedHeader, type BlockAnswer, type Header } from '../../core/ledger/header.js';
import { quantity } from '../../core/ledger/receipt.js';
import { addressTopic, TRANSFER_TOPIC, type WatchedContracts } from '../../core/ledger/watched.js';
import type { ChainFamily } from '../../core/market/networks.js';
import type { Hash } from '../../core/units.js';
import type { BatchRpc, RpcAnswer, RpcCall } from './batch-rpc.js';
import { logsFrom, receiptFrom } from './receipt-answers.js';

/** Blocks, receipts and logs as one RPC reports them. What is no such thing is LEDGER_ANSWER_INVALID. */
export interface BlockSource {
  /** Whose answers these are, for people. */
  readonly name: string;
  readonly rpc: BatchRpc;
  /** Headers of `blocks`, in that order; undefined where the chain has none. */
  headers(blocks: readonly number[], signal: AbortSignal): Promise<readonly (Header | undefined)[]>;
  newest(signal: AbortSignal): Promise<Header>;
  headerNamed(hash: Hash, signal: AbortSignal): Promise<Header | undefined>;
  /** Logs of our contracts in the blocks `from … to`. RPC_REFUSED when that is too much for the node. */
  logs(from: number, to: number, signal: AbortSignal): Promise<readonly ReportedLog[]>;
  /** Receipts of all transactions of a block, in order. */
  receipts(header: Header, signal: AbortSignal): Promise<readonly ReportedReceipt[]>;
}

const hexOf = (value: number): string => `0x${value.toString(16)}`;

/** What nodes answer that do not have a method. */
const UNSUPPORTED = /not supported|not found|not exist|unsupported|unknown method|not available|not implemented/i;

export const createBlockSource = (rpc: BatchRpc, family: ChainFamily, contracts: WatchedContracts): BlockSource => {
  const readHeader = family === 'other' ? reportedHeader : computedHeader;
  let hasBlockReceipts = true;

  const parse = <T>(what: string, value: unknown, read: (value: never) => T): T => {
    try {
      return read(value as never);
    } catch (cause) {
      const problem = asError(cause).message;
      throw new HoldfastError('LEDGER_ANSWER_INVALID', { url: rpc.name, what, problem }, { cause });
    }
  };

  const resultOf = (method: string, answer: RpcAnswer | undefined): unknown => {
    if (answer !== undefined && 'result' in answer) return answer.result;
    throw new HoldfastError('RPC_REFUSED', { url: rpc.name, method, reason: answer?.error ?? 'no answer' });
  };

  const headerOf = (what: string, answer: RpcAnswer): Header | undefined => {
    // A height without a block is null for Ethereum's nodes and an error for Filecoin's.
    if (family === 'other' && 'error' in answer) return undefined;
    const block = resultOf('eth_getBlockByNumber', answer);
    return block === null || block === undefined ? undefined : parse(what, block as BlockAnswer, readHeader);
  };

  const blockCall = (block: number | string): RpcCall => ({
    method: 'eth_getBlockByNumber',
    params: [typeof block === 'number' ? hexOf(block) : block, false],
  });

  const logCalls = (from: number, to: number): readonly RpcCall[] => {
    const range = { fromBlock: hexOf(from), toBlock: hexOf(to) };
    const vault = addressTopic(contracts.vault);
    const filters = [
      { address: [contracts.market, contracts.registry, contracts.rewardPool] },
      { address: contracts.token, topics: [TRANSFER_TOPIC, vault] },
      { address: contracts.token, topics: [TRANSFER_TOPIC, null, vault] },
    ];
    return filters.map((filter) => ({ method: 'eth_getLogs', params: [{ ...filter, ...range }] }));
  };

  const receiptsOneByOne = async ({ number, transactions }: Header, signal: AbortSignal): Promise<readonly ReportedReceipt[]> => {
    const method = 'eth_getTransactionReceipt';
    const answers = await rpc.batch(
      transactions.map((transaction) => ({ method, params: [transaction] })),
      signal,
    );
    return answers.map((answer) => parse(`a receipt of block ${number}`, resultOf(method, answer), receiptFrom));
  };

  return {
    name: rpc.name,
    rpc,
    headers: async (blocks, signal) => {
      const answers = await rpc.batch(blocks.map(blockCall), signal);
      return answers.map((answer, index) => headerOf(`block ${blocks[index] ?? ''}`, answer));
    },
    newest: async (signal) => {
      const found = headerOf('the newest block', { result: await rpc.call('eth_getBlockByNumber', ['latest', false], signal) });
      if (found !== undefined) return found;
      throw new HoldfastError('LEDGER_ANSWER_INVALID', { url: rpc.name, what: 'the newest block', problem: 'there is none' });
    },
    headerNamed: async (hash, signal) => headerOf(`block ${hash}`, { result: await rpc.call('eth_getBlockByHash', [hash, false], signal) }),
    logs: async (from, to, signal) => {
      const answers = await rpc.batch(logCalls(from, to), signal);
      const logs = answers.flatMap((answer) => parse(`the logs of blocks ${from} to ${to}`, resultOf('eth_getLogs', answer), logsFrom));
      // A transfer from the vault to itself answers both questions.
      const distinct = new Map(logs.map((log) => [`${log.block} ${log.logIndex} ${log.blockHash}`, log]));
      return [...distinct.values()].sort((a, b) => a.block - b.block || a.logIndex - b.logIndex);
    },
    receipts: async (header, signal) => {
      if (!hasBlockReceipts) return receiptsOneByOne(header, signal);
      const method = 'eth_getBlockReceipts';
      const [answer] = await rpc.batch([{ method, params: [hexOf(header.number)] }], signal);
      if (answer !== undefined && 'error' in answer && UNSUPPORTED.test(answer.error)) {
        hasBlockReceipts = false;
        return receiptsOneByOne(header, signal);
      }
      const what = `the receipts of block ${header.number}`;
      return parse(what, resultOf(method, answer), (value: unknown) => {
        if (!Array.isArray(value)) throw new TypeError('it is no list');
        return value.map(receiptFrom);
      });
    },
  };
};

/** The chain's number, as an RPC reports it. */
export const readChainId = async (rpc: BatchRpc, signal: AbortSignal): Promise<bigint> => {
  const answer = await rpc.call('eth_chainId', [], signal);
  if (typeof answer === 'string' && /^0x[0-9a-f]+$/i.test(answer)) return quantity(answer);
  throw new HoldfastError('LEDGER_ANSWER_INVALID', { url: rpc.name, what: 'the chain id', problem: 'it is no number' });
};

import { readFile } from 'node:fs/promises';
import { Contract, Interface, JsonRpcProvider, type InterfaceAbi } from 'ethers';

/** What the book says, as far as it is needed here. */
interface Book {
  readonly market: string;
  readonly token: string;
  readonly deployment: { readonly block: number };
}

/** An event of the market. */
export interface ChainEvent {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly transaction: string;
  readonly block: number;
}

/** The chain as this program sees it: through JSON-RPC and the contracts' ABIs, without the node's own client. */
export interface ChainFacts {
  /** Events of the market in blocks `from`…`to`, in order. */
  events(from: number, to: number): Promise<readonly ChainEvent[]>;
  gasUsed(transaction: string): Promise<bigint>;
  /** Token wei outside the market, credit in it, and stake, at the end of `block`. */
  holding(account: string, block: number): Promise<{ readonly token: bigint; readonly credit: bigint; readonly stake: bigint }>;
  readonly deploymentBlock: number;
  close(): void;
}

const abiOf = async (name: string): Promise<InterfaceAbi> => {
  const url = new URL(`../../../artifacts/contracts/interfaces/${name}.sol/${name}.json`, import.meta.url);
  return (JSON.parse(await readFile(url, 'utf8')) as { abi: InterfaceAbi }).abi;
};

/** Reads the chain at `rpc` through the address book at `path`. */
export const openChainFacts = async (rpc: string, path: string): Promise<ChainFacts> => {
  const book = JSON.parse(await readFile(path, 'utf8')) as Book;
  const provider = new JsonRpcProvider(rpc, undefined, { staticNetwork: true });
  const abi = new Interface(await abiOf('IStorageMarket'));
  const market = new Contract(book.market, abi, provider);
  const token = new Contract(book.token, await abiOf('IHoldToken'), provider);
  return {
    deploymentBlock: book.deployment.block,
    events: async (from, to) => {
      const logs = await provider.getLogs({ address: book.market, fromBlock: from, toBlock: to });
      return logs.flatMap((log) => {
        const parsed = abi.parseLog(log);
        return parsed
          ? [{ name: parsed.name, args: parsed.args.toObject(), transaction: log.transactionHash, block: log.blockNumber }]
          : [];
      });
    },
    gasUsed: async (transaction) => {
      const receipt = await provider.getTransactionReceipt(transaction);
      if (!receipt) throw new Error(`the chain has no transaction ${transaction}`);
      return receipt.gasUsed;
    },
    holding: async (account, block) => {
      const at = { blockTag: block };
      const accountOf = (await market.getFunction('accountOf')(account, at)) as { stake: bigint };
      return {
        token: (await token.getFunction('balanceOf')(account, at)) as bigint,
        credit: (await market.getFunction('credits')(account, at)) as bigint,
        stake: accountOf.stake,
      };
    },
    close: () => provider.destroy(),
  };
};

import { Contract, JsonRpcProvider, Network, parseEther, Wallet } from 'ethers';

/** The account that owns a devnet's coin and tokens, and hands them out. */
export interface Purse extends AsyncDisposable {
  readonly wallet: Wallet;
  readonly chainId: number;
  readonly provider: JsonRpcProvider;
  /** Sends `coin` of the chain's coin and `tokens` to each of `accounts`, whole units as decimal text. */
  fund(token: string, accounts: readonly string[], coin: string, tokens: string): Promise<void>;
}

const POLLING_MILLISECONDS = 100;

/** A purse with the key of `owner` on chain `chainId` at `rpc`. */
export const openPurse = (rpc: string, chainId: number, owner: Wallet | ReturnType<typeof Wallet.createRandom>): Purse => {
  const network = Network.from(chainId);
  const provider = new JsonRpcProvider(rpc, network, { staticNetwork: network, pollingInterval: POLLING_MILLISECONDS, cacheTimeout: -1 });
  const wallet = new Wallet(owner.privateKey, provider);
  return {
    wallet,
    chainId,
    provider,
    fund: async (token, accounts, coin, tokens) => {
      const erc20 = new Contract(token, ['function transfer(address to, uint256 amount) returns (bool)'], wallet);
      const transfer = erc20.getFunction('transfer');
      let nonce = await wallet.getNonce('pending');
      const sent = [];
      for (const to of accounts) {
        sent.push(await wallet.sendTransaction({ to, value: parseEther(coin), nonce: nonce++ }));
        sent.push(await wallet.sendTransaction({ ...(await transfer.populateTransaction(to, parseEther(tokens))), nonce: nonce++ }));
      }
      await Promise.all(sent.map((transaction) => transaction.wait()));
    },
    [Symbol.asyncDispose]: async () => {
      provider.destroy();
    },
  };
};

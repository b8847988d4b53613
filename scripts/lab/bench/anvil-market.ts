import { JsonRpcProvider, type JsonRpcSigner } from 'ethers';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookText } from '../../../node/app/book/book.js';
import { wei, type Wei } from '../../../node/core/units.js';
import { startAnvil } from '../../demo/devnet/anvil-chain.js';
import { deployMarket } from '../../deploy/deploy-market.js';
import { parametersOf, type NetworkKind } from '../../deploy/terms/parameters.js';
import { connectContracts, type StagedContracts } from '../staging/contracts.js';

/** A market on an anvil of its own, which goes when it is disposed of. */
export interface AnvilMarket extends AsyncDisposable {
  readonly rpcUrl: string;
  readonly provider: JsonRpcProvider;
  /** Deployed the market and holds all tokens; anvil has its key. */
  readonly owner: JsonRpcSigner;
  readonly contracts: StagedContracts;
  /** Path of the market's address book. */
  readonly book: string;
}

export interface AnvilMarketTerms {
  /** Takes the chain's log and the address book. */
  readonly folder: string;
  /** Network whose parameters the market has. */
  readonly network: NetworkKind;
  readonly supply: Wei;
  /** What anvil is told beside the usual. */
  readonly args?: readonly string[];
}

/** Deploys a market on a fresh anvil, for nodes that find it by its book. */
export const createAnvilMarket = async ({ folder, network, supply, args }: AnvilMarketTerms): Promise<AnvilMarket> => {
  await using stack = new AsyncDisposableStack();
  const chain = await startAnvil(join(folder, 'anvil.log'), args);
  stack.defer(async () => void (await chain.stop()));
  const provider = new JsonRpcProvider(chain.url, undefined, { cacheTimeout: -1, pollingInterval: 20 });
  stack.defer(() => provider.destroy());
  const owner = await provider.getSigner(0);
  const token = { holder: owner.address, supply, faucetAmount: wei(0n) };
  const deployed = await deployMarket({ signer: owner, parameters: parametersOf(network).parameters, token });
  const { chainId } = await provider.getNetwork();
  const book = join(folder, 'book.json');
  const facts = { version: 1, network: 'bench', family: 'ethereum', blockMilliseconds: 1_000 } as const;
  await writeFile(book, bookText({ ...facts, chainId, ...deployed }));
  const contracts = connectContracts(deployed, provider);
  const resources = stack.move();
  return { rpcUrl: chain.url, provider, owner, contracts, book, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};

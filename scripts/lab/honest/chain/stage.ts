import { contractRoles, type ContractRole, type MarketBook } from '../../../../node/chain/market/market-book.js';
import { fromHex } from '../../../../node/core/data/bytes.js';
import { keccak256 } from '../../../../node/core/data/keccak.js';
import { createKeySigner, type KeySigner } from '../../../../node/core/keys/signing.js';
import type { MarketParameters } from '../../../../node/core/market/deal.js';
import { blockNumber, wei, type Address, type Hash } from '../../../../node/core/units.js';
import { readArtifacts, type Artifacts } from '../../../deploy/artifacts.js';
import { completePlan, planDeployment } from '../../../deploy/plan.js';
import { parametersOf } from '../../../deploy/terms/parameters.js';
import { createStagedChain, type ChainTerms, type StagedChain } from '../../staging/chain.js';
import { connectContracts, type StagedContracts } from '../../staging/contracts.js';
import { handOut } from '../../staging/people.js';

/** A second between blocks: what a daemon believes for two seconds may be two blocks old. */
const CHAIN: ChainTerms = {
  start: '2031-05-06T00:00:00Z',
  blockSeconds: 1,
  transaction: { gas: '0x1000000', gasPrice: '0x2540be400' },
};
/** A token, in wei. */
export const TOKEN = 10n ** 18n;
const RICH = 1_000_000n * TOKEN;
const COIN = 10n ** 24n;

/** Somebody of the stories, always with the same keys: one that holds tokens, and one that signs for deals or as an operator. */
export interface Person {
  readonly name: string;
  readonly wallet: KeySigner;
  readonly session: KeySigner;
}

const keyOf = (text: string): KeySigner => createKeySigner(keccak256(new TextEncoder().encode(text)));

export const personOf = (name: string): Person => ({ name, wallet: keyOf(name), session: keyOf(`${name}'s session`) });

/** The devnet's terms with short periods, and notice that a run can live through. */
export const honestParameters: MarketParameters = {
  ...parametersOf('devnet').parameters,
  periodBlocks: 24,
  windowBlocks: 12,
  noticePeriods: 3,
  epochPeriods: 4,
};

/** A market on a chain in this process, with people who have coin and tokens, to be gone back to before every run. */
export interface Stage {
  readonly chain: StagedChain;
  readonly book: MarketBook;
  readonly contracts: StagedContracts;
  readonly parameters: MarketParameters;
  /** Back to the beginning, with blocks to come whose hashes depend on `random`. */
  restart(random: Hash): Promise<void>;
  close(): Promise<void>;
}

const deploy = async (chain: StagedChain, artifacts: Artifacts, account: Address): Promise<MarketBook> => {
  const token = { kind: 'new', holder: account, supply: wei(1_000n * RICH), faucetAmount: wei(TOKEN) } as const;
  const parameters = honestParameters;
  const planned = planDeployment({ account, parameters, token }, 0, artifacts);
  for (const { role, creation } of planned.contracts) if (role !== 'market') await chain.send(account, { data: creation });
  const genesisBlock = blockNumber(await chain.block());
  const codeHash = async (role: ContractRole): Promise<Hash> => keccak256(fromHex(await chain.provider.getCode(planned.addresses[role])));
  const { contracts } = completePlan(planned, artifacts, await codeHash('verbBody'));
  const market = contracts.find(({ role }) => role === 'market');
  if (market === undefined) throw new Error('a plan without a market');
  await chain.send(account, { data: market.creation });
  const block = await chain.block();
  const code = Object.fromEntries(await Promise.all(contractRoles.map(async (role) => [role, await codeHash(role)] as const)));
  return {
    ...planned.addresses,
    chainId: chain.chainId,
    family: 'ethereum',
    parameters,
    genesisBlock,
    deployment: { block: blockNumber(block), hash: await chain.hashOf(block) },
    code: code as Record<ContractRole, Hash>,
  };
};

/** Lets an account send without its key, and gives it coin. */
const awaken = async ({ provider }: StagedChain, account: Address): Promise<void> => {
  await provider.send('hardhat_impersonateAccount', [account]);
  await provider.send('hardhat_setBalance', [account, `0x${COIN.toString(16)}`]);
};

/** Everybody gives to the running epoch as long as it runs: nobody pays a fee in it, so that it can be taken back. */
const sponsorInVain = async (chain: StagedChain, { market, pool, token }: StagedContracts, people: readonly Person[]): Promise<void> => {
  const epoch = await market.currentEpoch();
  for (const { wallet } of people) {
    await chain.send(wallet.address, token.approve.populateTransaction(await pool.getAddress(), 2n ** 256n - 1n));
    if ((await market.currentEpoch()) === epoch) await chain.send(wallet.address, pool.sponsor.populateTransaction(epoch, 1_000n));
  }
};

/**
 * Deploys the market and makes `people` rich.
 * @param artifacts What is deployed in the place of what was built.
 */
export const createStage = async (people: readonly Person[], artifacts?: Artifacts): Promise<Stage> => {
  const chain = await createStagedChain(CHAIN);
  const [deployer] = chain.accounts;
  if (deployer === undefined) throw new Error('the chain has no accounts');
  const book = await deploy(chain, artifacts ?? (await readArtifacts()), deployer);
  const contracts = connectContracts(book, chain.provider);
  for (const { wallet, session } of people) for (const { address } of [wallet, session]) await awaken(chain, address);
  await handOut(chain, contracts, {
    from: deployer,
    to: people.map(({ wallet }) => wallet.address),
    tokens: RICH,
    allowance: 2n ** 256n - 1n,
  });
  await sponsorInVain(chain, contracts, people);
  const back = await chain.remember();
  return {
    chain,
    book,
    contracts,
    parameters: book.parameters,
    restart: async (random) => {
      await back();
      await chain.stir(random);
    },
    close: () => chain.close(),
  };
};

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { bookText, type Book } from '../../node/app/book/book.js';
import { anyFee, quoteFees } from '../../node/chain/transactions/fees.js';
import { connectMarket } from '../../node/chain/market/contracts.js';
import { writeDurably } from '../../node/disk/durable-file.js';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { hash } from '../../node/core/units.js';
import { carryOut, findPlan, missingContracts } from './carry-out.js';
import { openDeploymentFolder, type DeploymentFolder } from './existing/deployment-folder.js';
import { estimateCost, priceOf, requireOffered, type CostEstimate, type GasPrice } from './estimate-cost.js';
import { readExisting, requireAsked } from './existing/existing-deployment.js';
import type { DeployCommand } from './options.js';
import { completePlan, type Plan } from './plan.js';
import { prepare, type Preparation } from './prepare.js';
import type { DeployedMarket } from './existing/read-deployed.js';
import { writeStandardInput } from './verify/standard-input.js';

/** The chain of devnets, of which nothing is ever committed. */
const DEVNET_CHAIN = 31_337n;
const DEPLOYMENTS = resolve(import.meta.dirname, '../../deployments');

/** What a run comes to. */
export interface DeployReport {
  readonly status: 'planned' | 'deployed' | 'unchanged';
  readonly preparation: Pick<Preparation, 'network' | 'terms' | 'blockTime' | 'confirmations'>;
  readonly chainId: bigint;
  /** Missing for what was there before. */
  readonly plan?: Plan;
  readonly cost?: CostEstimate & { readonly price: GasPrice; readonly balance: bigint };
  readonly book?: { readonly path: string; readonly content: Book };
}

export interface DeployWorld {
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  /** Asked for last, when everything else is checked. */
  readonly password: () => Promise<string>;
}

const outOf = ({ out }: DeployCommand, chainId: bigint, folder: DeploymentFolder): string => {
  if (chainId !== DEVNET_CHAIN) return out ?? join(DEPLOYMENTS, `${chainId}.json`);
  if (out !== undefined && dirname(out) === DEPLOYMENTS)
    throw new HoldfastError('BAD_OPTION', { option: '--out', value: out, expected: 'another folder: a devnet is not committed' });
  return out ?? folder.book;
};

const bookOf = ({ network, chain }: Preparation, deployed: DeployedMarket): Book => ({
  version: 1,
  network: network.name,
  chainId: chain.rpc.chainId,
  family: network.family,
  blockMilliseconds: network.blockMilliseconds,
  ...(chain.genesis !== undefined && { genesis: hash(chain.genesis) }),
  ...deployed,
});

/** Writes the book where it is asked for, and beside it what explorers need. */
const writeResult = async (path: string, book: Book, plan: Plan | undefined, { artifacts }: Preparation): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  if (plan !== undefined) await writeStandardInput(join(dirname(path), basename(path, '.json')), plan, artifacts);
  const text = bookText(book);
  if ((await readFile(path, 'utf8').catch(() => '')) !== text) await writeFile(path, text);
};

/** The deployment that is there already, if it is the one asked for. */
const findExisting = async (preparation: Preparation, folder: DeploymentFolder, out: string): Promise<Book | undefined> => {
  const { chain, terms, artifacts } = preparation;
  const token = terms.token.kind === 'existing' ? terms.token.address : undefined;
  for (const path of new Set([out, folder.book])) {
    const book = await readExisting(chain, path);
    if (book === undefined) continue;
    await requireAsked(chain, book, path, { token, parameters: terms.parameters, artifacts });
    return book;
  }
  return undefined;
};

const costOf = async (preparation: Preparation, plan: Plan, cap: bigint | undefined): Promise<NonNullable<DeployReport['cost']>> => {
  const { ask, rpc } = preparation.chain;
  const price = priceOf(await quoteFees(rpc, anyFee), cap);
  const cost = await estimateCost(ask, plan, await missingContracts(preparation, plan), price);
  return { ...cost, price, balance: BigInt(String(await ask('eth_getBalance', [plan.account, 'latest']))) };
};

const requireAffordable = ({ price, most, balance }: NonNullable<DeployReport['cost']>, { account }: Plan): void => {
  requireOffered(price);
  if (balance < most) throw new HoldfastError('COIN_TOO_SMALL', { account, balance, needed: most });
};

const deployMissing = async (
  preparation: Preparation,
  folder: DeploymentFolder,
  command: DeployCommand,
  { say, password }: DeployWorld,
): Promise<Pick<DeployReport, 'plan' | 'cost'> & { readonly book: Book }> => {
  const { plan, isNew } = await findPlan(preparation, folder, command.restart);
  const cost = await costOf(preparation, plan, command.maxFeePerGas);
  requireAffordable(cost, plan);
  const key = await preparation.keystore.unlock('wallet', await password());
  if (isNew) {
    await folder.abandon();
    await folder.writePlan(plan);
  } else {
    say('going on with the deployment that was interrupted');
  }
  const deployed = await carryOut({ preparation, folder, plan, key, command, say });
  const book = bookOf(preparation, deployed);
  await connectMarket(preparation.chain.rpc, book, preparation.chain.signal);
  await writeDurably(folder.book, bookText(book));
  return { plan: completePlan(plan, preparation.artifacts, book.code.verbBody), cost, book };
};

/** Deploys what `command` asks for, or finds it deployed, or only says what it would do. */
export const runDeploy = async (command: DeployCommand, world: DeployWorld): Promise<DeployReport> => {
  await using preparation = await prepare(command, world.signal);
  const { chain, home } = preparation;
  const { chainId } = chain.rpc;
  const folder = openDeploymentFolder(home, chainId, chain.genesis);
  const out = outOf(command, chainId, folder);
  const common = { preparation, chainId };
  const existing = command.restart ? undefined : await findExisting(preparation, folder, out);
  if (command.dryRun) {
    if (existing) return { ...common, status: 'unchanged', book: { path: out, content: existing } };
    const { plan } = await findPlan(preparation, folder, command.restart);
    return { ...common, status: 'planned', plan, cost: await costOf(preparation, plan, command.maxFeePerGas) };
  }
  await using owned = new AsyncDisposableStack();
  owned.defer(await folder.own());
  if (existing) {
    await writeResult(out, existing, undefined, preparation);
    return { ...common, status: 'unchanged', book: { path: out, content: existing } };
  }
  const { book, plan, cost } = await deployMissing(preparation, folder, command, world);
  await writeResult(out, book, plan, preparation);
  return { ...common, status: 'deployed', ...(plan && { plan }), ...(cost && { cost }), book: { path: out, content: book } };
};

import { Wallet } from 'ethers';
import { anyFee, quoteFees, type Fees } from '../../node/chain/transactions/fees.js';
import { pause } from '../../node/core/tasks/waiting.js';
import { toHex } from '../../node/core/data/bytes.js';
import { HoldfastError, isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Hash } from '../../node/core/units.js';
import { readNonces, requireQuiet, requireUndrifted } from './checks/check-nonces.js';
import { createSender, isTaken } from './deployer-account.js';
import type { DeploymentFolder, RecordedPlan } from './existing/deployment-folder.js';
import { createIgnitionProvider, type Ask, type SendTransaction } from './ignition/ignition-provider.js';
import type { DeployCommand } from './options.js';
import { priceOf, requireOffered } from './estimate-cost.js';
import { planDeployment, type Plan, type PlannedContract } from './plan.js';
import type { Preparation } from './prepare.js';
import { readDeployed, type DeployedMarket } from './existing/read-deployed.js';
import { repairJournal } from './ignition/repair-journal.js';
import { runIgnition } from './ignition/run-ignition.js';
import { deployInStages } from './stages.js';

/** Whether the chain forgot what `recorded` did: nonces only go back, and code only goes away, when a chain is wiped. */
const isOfWipedChain = async (ask: Ask, folder: DeploymentFolder, recorded: RecordedPlan): Promise<boolean> => {
  const sent = await folder.sent();
  if (sent.length > 0 && (await readNonces(ask, recorded.account)).pending < recorded.firstNonce) return true;
  const codes = await Promise.all((await folder.deployed()).map(async (account) => ask('eth_getCode', [account, 'latest'])));
  return codes.includes('0x');
};

/** Finds the unfinished plan in `folder`, as far as it is the one asked for, or makes a new one; nothing is written. */
export const findPlan = async (
  { chain, terms, artifacts }: Preparation,
  folder: DeploymentFolder,
  restart: boolean,
): Promise<{ readonly plan: Plan; readonly isNew: boolean }> => {
  const { ask } = chain;
  const recorded = restart ? undefined : await folder.plan();
  const sent = await folder.sent();
  if (recorded === undefined || (await isOfWipedChain(ask, folder, recorded))) {
    return { plan: planDeployment(terms, await requireQuiet(ask, terms.account), artifacts), isNew: true };
  }
  const differs = (what: string, before: string, asked: string): HoldfastError =>
    new HoldfastError('DEPLOYMENT_DIFFERS', { what, recorded: before, asked, path: folder.path });
  if (recorded.account !== terms.account) throw differs('account', recorded.account, terms.account);
  const plan = planDeployment(terms, recorded.firstNonce, artifacts);
  for (const { role, creationHash } of plan.contracts) {
    const before = recorded.creations[role];
    if (before !== creationHash) throw differs(`${role} (code and parameters)`, before ?? 'absent', creationHash);
  }
  await requireUndrifted(ask, plan, sent);
  return { plan, isNew: false };
};

/** The contracts of the plan whose transactions are not mined. */
export const missingContracts = async ({ chain }: Preparation, plan: Plan): Promise<readonly PlannedContract[]> => {
  const { latest } = await readNonces(chain.ask, plan.account);
  return plan.contracts.filter(({ nonce }) => nonce >= latest);
};

export interface CarryOutOptions {
  readonly preparation: Preparation;
  readonly folder: DeploymentFolder;
  readonly plan: Plan;
  readonly key: Uint8Array;
  readonly command: Pick<DeployCommand, 'maxFeePerGas' | 'bumpMilliseconds'>;
  readonly say: (line: string) => void;
}

/** Fees within the cap, which is what is offered where the chain's own quote is above it. */
const capped = (fees: Fees, cap: bigint | undefined): Fees => {
  if (cap === undefined) return fees;
  if (fees.type === 0) return { type: 0, gasPrice: fees.gasPrice < cap ? fees.gasPrice : cap };
  const maxFeePerGas = fees.maxFeePerGas < cap ? fees.maxFeePerGas : cap;
  return {
    type: 2,
    maxFeePerGas,
    maxPriorityFeePerGas: fees.maxPriorityFeePerGas < maxFeePerGas ? fees.maxPriorityFeePerGas : maxFeePerGas,
  };
};

/** Signs and sends the transaction of a contract again, or for the first time if a killed process did not come so far. */
const recovering =
  ({ preparation, folder, plan, command }: CarryOutOptions, send: SendTransaction) =>
  async (contract: PlannedContract): Promise<Hash> => {
    const { ask, rpc } = preparation.chain;
    const signed = (await folder.sent()).findLast(({ nonce }) => nonce === contract.nonce);
    if (signed !== undefined && (await isTaken(ask, signed))) return signed.hash;
    const { type: _type, ...fees } = capped(await quoteFees(rpc, anyFee), command.maxFeePerGas);
    const gas = BigInt(String(await ask('eth_estimateGas', [{ from: plan.account, data: contract.creation }])));
    return send({ nonce: contract.nonce, data: contract.creation, gasLimit: gas + gas / 10n, fees });
  };

/** Looks at a result that is not there yet: nodes behind one address may lag behind each other. */
const MOST_LOOKS = 20;

/** Waits for half a block, two seconds at most. */
const waitForNodes = async ({ chain, network }: Preparation): Promise<void> =>
  pause(Math.min(2_000, network.blockMilliseconds / 2), chain.signal);

/** Waits until `confirmations` blocks lie on top of the market's, and reads the result again if a reorg moved it. */
const confirm = async (read: () => Promise<DeployedMarket>, preparation: Preparation): Promise<DeployedMarket> => {
  const { chain, confirmations } = preparation;
  for (let looks = 1; ; looks++) {
    const deployed = await read().catch((error: unknown) => {
      if (looks < MOST_LOOKS && isHoldfastError(error, 'DEPLOYMENT_FAILED', 'DEPLOYMENT_INTERRUPTED')) return undefined;
      throw error;
    });
    const head = Number(await chain.ask('eth_blockNumber', []));
    if (deployed !== undefined && head >= deployed.deployment.block + confirmations) return deployed;
    await waitForNodes(preparation);
  }
};

/** Sends what is missing of the plan, through Ignition, and reads what is there in the end. */
export const carryOut = async (options: CarryOutOptions): Promise<DeployedMarket> => {
  const { preparation, folder, plan, key, command, say } = options;
  const { chain, network, artifacts } = preparation;
  const { ask, rpc } = chain;
  const send = createSender({
    wallet: new Wallet(toHex(key)),
    chainId: rpc.chainId,
    ask,
    keep: folder.addSent,
    kept: folder.sent,
    onSent: ({ nonce }, transaction) => {
      const contract = plan.contracts.find((each) => each.nonce === nonce);
      if (contract) say(`sent ${contract.role}: transaction ${transaction}, address ${contract.address}`);
    },
  });
  await repairJournal(`${folder.ignition}/journal.jsonl`);
  const deployStage = async (stage: Plan): Promise<void> => {
    const quoted = await quoteFees(rpc, anyFee);
    requireOffered(priceOf(quoted, command.maxFeePerGas));
    const fees = capped(quoted, command.maxFeePerGas);
    await runIgnition({
      plan: stage,
      artifacts,
      connect: () => createIgnitionProvider({ ask, send, plan: stage, maxFeePerGas: command.maxFeePerGas }),
      folder: folder.ignition,
      recover: recovering({ ...options, plan: stage }, send),
      pollMilliseconds: Math.min(1_000, network.blockMilliseconds / 4),
      bumpMilliseconds: command.bumpMilliseconds,
      // Only where the cap is below what Ignition would offer: otherwise it follows the chain.
      ...(fees.type === 2 && quoted.type === 2 && fees.maxFeePerGas < quoted.maxFeePerGas && { fees }),
    }).catch(async (error: unknown) => {
      // Of a transaction that took a nonce between the stages Ignition says only that it is in the way.
      if (isHoldfastError(error, 'DEPLOYMENT_INTERRUPTED')) await requireUndrifted(ask, plan, await folder.sent());
      throw error;
    });
  };
  await deployInStages(ask, plan, artifacts, { run: deployStage, wait: () => waitForNodes(preparation) });
  const nonce = plan.contracts.at(-1)?.nonce;
  const hashes = (await folder.sent()).filter((transaction) => transaction.nonce === nonce).map(({ hash }) => hash);
  return confirm(() => readDeployed(ask, plan, artifacts, hashes), preparation);
};

import {
  deploy,
  DeploymentResultType,
  trackTransaction,
  type DeploymentResult,
  type EIP1193Provider,
} from '@nomicfoundation/ignition-core';
import { HoldfastError, isHoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Hash } from '../../../node/core/units.js';
import type { Artifacts } from '../artifacts.js';
import { createMarketModule } from './market-module.js';
import type { Plan, PlannedContract } from '../plan.js';

export interface IgnitionOptions {
  readonly plan: Plan;
  readonly artifacts: Artifacts;
  /** Made anew for each attempt, since it counts what it sent. */
  readonly connect: () => EIP1193Provider;
  /** Ignition's journal; without, nothing outlives the process. */
  readonly folder?: string;
  /** Brings the transaction of a contract to the chain when a killed process prepared it and did not note that it was sent. */
  readonly recover?: (contract: PlannedContract) => Promise<Hash>;
  /** What to offer for a unit of gas, where it is not twice the base fee and the node's tip. */
  readonly fees?: { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint };
  /** Time between two looks for a new block, milliseconds. Default 1,000. */
  readonly pollMilliseconds?: number;
  /** Time after which a transaction that is not mined is sent again for a tenth more, milliseconds. Default 180,000. */
  readonly bumpMilliseconds?: number;
}

/** An error of Hardhat's, by what it carries: its class is not exported where one may import it. */
interface IgnitionError {
  readonly number: number;
  readonly messageArguments: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/**
 * Numbers of Ignition's errors: transactions that the chain's node forgot, and one that was prepared and not noted as sent: run
 * again, Ignition sends them with the same nonces. Nonces that another transaction took.
 */
const DROPPED = 10_400;
const LOST = 10_410;
const NONCE_ERRORS = [10_404, 10_411];
/** Ignition gives a transaction up after this many raises, and for good; the cap on fees ends it sooner and without harm. */
const MAX_RAISES = 1_000;

const isIgnitionError = (error: unknown): error is IgnitionError =>
  typeof error === 'object' && error !== null && 'number' in error && 'messageArguments' in error;

const codedError = (error: unknown, plan: Plan): unknown => {
  if (!isIgnitionError(error)) return error;
  const { number, messageArguments, message } = error;
  if (!NONCE_ERRORS.includes(number)) return new HoldfastError('DEPLOYMENT_INTERRUPTED', { reason: message }, { cause: error });
  const expected = Number(messageArguments['expectedNonce']);
  const contract = plan.contracts.find(({ nonce }) => nonce === expected)?.role ?? 'next contract';
  const found = Number(messageArguments['pendingCount']);
  return new HoldfastError('DEPLOYMENT_NONCE_DRIFTED', { account: plan.account, contract, expected, found }, { cause: error });
};

const failuresIn = (result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>): string => {
  if (result.type !== DeploymentResultType.EXECUTION_ERROR) {
    return Object.entries(result.errors)
      .map(([future, errors]) => `${future}: ${errors.join(', ')}`)
      .join('; ');
  }
  const failed = result.failed.map(({ futureId, error }) => `${futureId}: ${error}`);
  return [...failed, ...result.timedOut.map(({ futureId }) => `${futureId} was not mined`)].join('; ');
};

/**
 * Lets Ignition deploy what is missing of the plan; a deployment that was interrupted goes on. DEPLOYMENT_FAILED,
 * DEPLOYMENT_INTERRUPTED, DEPLOYMENT_NONCE_DRIFTED, and what the provider rejects with.
 */
export const runIgnition = async (options: IgnitionOptions): Promise<void> => {
  const { plan, artifacts, connect, folder, recover, fees, pollMilliseconds = 1_000, bumpMilliseconds = 180_000 } = options;
  const run = async (): Promise<DeploymentResult> =>
    deploy({
      config: {
        blockPollingInterval: pollMilliseconds,
        timeBeforeBumpingFees: bumpMilliseconds,
        maxFeeBumps: MAX_RAISES,
        requiredConfirmations: 1,
        retryInterval: pollMilliseconds,
      },
      provider: connect(),
      ...(folder !== undefined && { deploymentDir: folder }),
      artifactResolver: {
        loadArtifact: async (name) => {
          const artifact = Object.values(artifacts).find(({ contractName }) => contractName === name);
          if (artifact === undefined) throw new HoldfastError('INTERNAL', { detail: `no artifact of ${name}` });
          return artifact;
        },
        getBuildInfo: async () => undefined,
      },
      ignitionModule: createMarketModule(plan, artifacts),
      deploymentParameters: {},
      accounts: [plan.account],
      defaultSender: plan.account,
      ...(fees && { maxFeePerGas: fees.maxFeePerGas, maxPriorityFeePerGas: fees.maxPriorityFeePerGas }),
    });

  /** Brings a transaction back that Ignition misses; false if this error is about something else. */
  const isMended = async (error: unknown): Promise<boolean> => {
    if (!isIgnitionError(error) || folder === undefined) return false;
    const lost = plan.contracts.find(({ nonce }) => nonce === Number(error.messageArguments['nonce']));
    if (error.number !== LOST || lost === undefined || recover === undefined) return error.number === DROPPED;
    await trackTransaction(folder, await recover(lost), connect(), 1);
    return true;
  };

  const goOn = async (attempts: number): Promise<DeploymentResult> => {
    try {
      return await run();
    } catch (error) {
      if (attempts === 0 || !(await isMended(error))) throw error;
      return goOn(attempts - 1);
    }
  };

  const result = await goOn(plan.contracts.length).catch((error: unknown) => {
    throw isHoldfastError(error) ? error : codedError(error, plan);
  });
  if (result.type === DeploymentResultType.SUCCESSFUL_DEPLOYMENT) return;
  throw new HoldfastError('DEPLOYMENT_FAILED', { reason: failuresIn(result) });
};

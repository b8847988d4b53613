import type { Fees } from '../../node/chain/transactions/fees.js';
import { isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Ask } from './ignition/ignition-provider.js';
import type { DeployedRole, Plan, PlannedContract } from './plan.js';

/**
 * Gas of each contract on Ethereum's schedule as measured on anvil (`test/deploy/command.test.ts` compares), rounded up: for
 * nodes that cannot estimate the market's constructor before its vault exists.
 */
export const usualGas: Readonly<Record<DeployedRole, bigint>> = {
  token: 1_100_000n,
  registry: 1_000_000n,
  vault: 400_000n,
  rewardPool: 1_400_000n,
  market: 11_000_000n,
  view: 1_500_000n,
};

/** What the transactions that are still to be sent cost. */
export interface CostEstimate {
  readonly gas: Readonly<Partial<Record<DeployedRole, bigint>>>;
  readonly totalGas: bigint;
  /** Wei at the present price of gas. */
  readonly likely: bigint;
  /** Wei the account must have: gas with its margin at the highest price offered. */
  readonly most: bigint;
}

/** Wei for a unit of gas: what is paid at present, and the most that is offered. */
export interface GasPrice {
  readonly present: bigint;
  readonly most: bigint;
}

/** Code that answers every call with its caller: stands in for vault and reward pool, which name the market that asks them. */
const ANSWER_CALLER = '0x335f5260205ff3';

/** The price that `fees` mean under a cap. */
export const priceOf = (fees: Fees, cap: bigint | undefined): GasPrice => {
  const most = fees.type === 2 ? fees.maxFeePerGas : fees.gasPrice;
  const present = fees.type === 2 ? (fees.maxFeePerGas - fees.maxPriorityFeePerGas) / 2n + fees.maxPriorityFeePerGas : fees.gasPrice;
  return { present, most: cap !== undefined && cap < most ? cap : most };
};

const estimate = async (ask: Ask, plan: Plan, { role, creation }: PlannedContract): Promise<bigint> => {
  const { vault, rewardPool } = plan.addresses;
  const override = role === 'market' ? [{ [vault]: { code: ANSWER_CALLER }, [rewardPool]: { code: ANSWER_CALLER } }] : [];
  try {
    return BigInt(String(await ask('eth_estimateGas', [{ from: plan.account, data: creation }, 'latest', ...override])));
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    return usualGas[role];
  }
};

/** Estimates what `contracts` of the plan cost. */
export const estimateCost = async (ask: Ask, plan: Plan, contracts: readonly PlannedContract[], price: GasPrice): Promise<CostEstimate> => {
  const entries = await Promise.all(contracts.map(async (contract) => [contract.role, await estimate(ask, plan, contract)] as const));
  const totalGas = entries.reduce((sum, [, gas]) => sum + gas, 0n);
  return { gas: Object.fromEntries(entries), totalGas, likely: totalGas * price.present, most: (totalGas + totalGas / 10n) * price.most };
};

import type { Fees } from '../../node/chain/transactions/fees.js';
import { HoldfastError, isHoldfastError } from '../../node/core/errors/holdfast-error.js';
import type { Ask } from './ignition/ignition-provider.js';
import type { ContractRole } from '../../node/chain/market/market-book.js';
import type { Plan, PlannedContract } from './plan.js';

/**
 * Gas of each contract on Ethereum's schedule as measured on anvil (`test/deploy/command.test.ts` compares), rounded up: for nodes that
 * cannot estimate. The market's constructor cannot be tried before what it asks exists.
 */
export const usualGas: Readonly<Record<ContractRole, bigint>> = {
  token: 1_100_000n,
  registry: 1_000_000n,
  vault: 400_000n,
  rewardPool: 1_400_000n,
  verbBody: 5_000_000n,
  market: 6_500_000n,
  view: 1_500_000n,
};

/** What the transactions that are still to be sent cost. */
export interface CostEstimate {
  readonly gas: Readonly<Partial<Record<ContractRole, bigint>>>;
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

/** The price that `fees` mean under a cap. */
export const priceOf = (fees: Fees, cap: bigint | undefined): GasPrice => {
  const most = fees.type === 2 ? fees.maxFeePerGas : fees.gasPrice;
  const present = fees.type === 2 ? (fees.maxFeePerGas - fees.maxPriorityFeePerGas) / 2n + fees.maxPriorityFeePerGas : fees.gasPrice;
  return { present, most: cap !== undefined && cap < most ? cap : most };
};

/** FEE_TOO_HIGH where gas costs more at present than is offered at most. */
export const requireOffered = ({ present, most }: GasPrice): void => {
  if (present > most) throw new HoldfastError('FEE_TOO_HIGH', { fee: present, max: most });
};

const estimate = async (ask: Ask, { account }: Plan, { role, creation }: PlannedContract): Promise<bigint> => {
  try {
    return BigInt(String(await ask('eth_estimateGas', [{ from: account, data: creation }, 'latest'])));
  } catch (error) {
    if (isHoldfastError(error)) throw error;
    return usualGas[role];
  }
};

/** Estimates what `contracts` of the plan cost. */
export const estimateCost = async (ask: Ask, plan: Plan, contracts: readonly PlannedContract[], price: GasPrice): Promise<CostEstimate> => {
  const body = plan.contracts.find(({ role }) => role === 'verbBody');
  // What a unit of gas means differs between chains: the market's, which cannot be asked for, is scaled by its body of verbs.
  const marketGas = async (): Promise<bigint> =>
    body === undefined ? usualGas.market : ((await estimate(ask, plan, body)) * usualGas.market) / usualGas.verbBody;
  const entries = await Promise.all(
    contracts.map(async (contract) => {
      const gas = contract.role === 'market' ? await marketGas() : await estimate(ask, plan, contract);
      return [contract.role, gas] as const;
    }),
  );
  const totalGas = entries.reduce((sum, [, gas]) => sum + gas, 0n);
  return { gas: Object.fromEntries(entries), totalGas, likely: totalGas * price.present, most: (totalGas + totalGas / 10n) * price.most };
};

import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import type { Address, Hash } from '../../../node/core/units.js';
import type { SentTransaction } from '../existing/deployment-folder.js';
import type { Ask } from '../ignition/ignition-provider.js';
import type { Plan, PlannedContract } from '../plan.js';

/** Transactions of an account: mined, and with those that wait. */
export interface NonceCounts {
  readonly latest: number;
  readonly pending: number;
}

/** Reads how many transactions `account` has. */
export const readNonces = async (ask: Ask, account: Address): Promise<NonceCounts> => {
  const [latest, pending] = await Promise.all(
    ['latest', 'pending'].map(async (tag) => Number(await ask('eth_getTransactionCount', [account, tag]))),
  );
  return { latest: latest ?? 0, pending: Math.max(pending ?? 0, latest ?? 0) };
};

/** DEPLOYMENT_ACCOUNT_BUSY while transactions of the account wait: where a new plan begins must be certain. */
export const requireQuiet = async (ask: Ask, account: Address): Promise<number> => {
  const { latest, pending } = await readNonces(ask, account);
  if (pending > latest) throw new HoldfastError('DEPLOYMENT_ACCOUNT_BUSY', { account, waiting: pending - latest });
  return latest;
};

const receiptOf = async (ask: Ask, transactions: readonly Hash[]): Promise<{ readonly status: string } | undefined> => {
  const receipts = await Promise.all(transactions.map(async (transaction) => ask('eth_getTransactionReceipt', [transaction])));
  return receipts.find((receipt) => receipt !== null) as { status: string } | undefined;
};

const isKnown = async (ask: Ask, transactions: readonly Hash[]): Promise<boolean> => {
  const found = await Promise.all(transactions.map(async (transaction) => ask('eth_getTransactionByHash', [transaction])));
  return found.some((transaction) => transaction !== null);
};

/**
 * Makes sure that every nonce of the plan that is used was used by the plan. DEPLOYMENT_NONCE_DRIFTED names the first contract
 * whose nonce another transaction took, DEPLOYMENT_FAILED one whose transaction had no effect.
 */
export const requireUndrifted = async (ask: Ask, plan: Plan, sent: readonly SentTransaction[]): Promise<void> => {
  const { latest, pending } = await readNonces(ask, plan.account);
  const drifted = ({ role, nonce }: PlannedContract): HoldfastError =>
    new HoldfastError('DEPLOYMENT_NONCE_DRIFTED', { account: plan.account, contract: role, expected: nonce, found: pending });
  for (const contract of plan.contracts.filter(({ nonce }) => nonce < pending)) {
    const own = sent.filter(({ nonce }) => nonce === contract.nonce).map(({ hash }) => hash);
    if (contract.nonce >= latest) {
      if (!(await isKnown(ask, own))) throw drifted(contract);
      continue;
    }
    const receipt = await receiptOf(ask, own);
    if (receipt === undefined) throw drifted(contract);
    if (Number(receipt.status) !== 1)
      throw new HoldfastError('DEPLOYMENT_FAILED', { reason: `the transaction that deploys the ${contract.role} had no effect` });
  }
};

import type { EIP1193Provider } from '@nomicfoundation/ignition-core';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import { keccak256 } from '../../../node/core/data/keccak.js';
import type { Hash, Hex } from '../../../node/core/units.js';
import type { Plan, PlannedContract } from '../plan.js';

/** One JSON-RPC request. Rejects with what the chain's node answered, unchanged: Ignition looks for a revert in it. */
export type Ask = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A transaction that deploys a contract, to be signed. */
export interface DeployTransaction {
  readonly nonce: number;
  readonly data: Hex;
  readonly gasLimit: bigint;
  readonly fees: { readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint } | { readonly gasPrice: bigint };
}

/** Signs and sends a transaction; resolves to its hash. */
export type SendTransaction = (transaction: DeployTransaction) => Promise<Hash>;

export interface IgnitionProviderOptions {
  readonly ask: Ask;
  readonly send: SendTransaction;
  readonly plan: Plan;
  /** Most wei for a unit of gas. */
  readonly maxFeePerGas?: bigint | undefined;
}

/** What Ignition asks for, fields of JSON-RPC. */
interface Request {
  readonly data: Hex;
  readonly nonce: Hex;
  readonly gas?: Hex;
  readonly gasPrice?: Hex;
  readonly maxFeePerGas?: Hex;
  readonly maxPriorityFeePerGas?: Hex;
}

/** Gas over the node's estimate: a tenth. */
const withMargin = (gas: bigint): bigint => gas + gas / 10n;

const feesOf = ({ gasPrice, maxFeePerGas, maxPriorityFeePerGas }: Request): DeployTransaction['fees'] =>
  maxFeePerGas === undefined
    ? { gasPrice: BigInt(gasPrice ?? '0x0') }
    : { maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas ?? '0x0') };

/** The most that a transaction may pay for a unit of gas, if it says so. */
const feeIn = (request: Request): bigint | undefined => {
  const fee = request.maxFeePerGas ?? request.gasPrice;
  return fee === undefined ? undefined : BigInt(fee);
};

/** The contract of the plan that `request` deploys. DEPLOYMENT_NONCE_DRIFTED when its nonce is not the planned one. */
const plannedFor = (plan: Plan, { data, nonce }: Request): PlannedContract => {
  const creationHash = keccak256(fromHex(data));
  const planned = plan.contracts.find((contract) => contract.creationHash === creationHash);
  if (planned === undefined) throw new HoldfastError('INTERNAL', { detail: 'a transaction that no plan holds' });
  if (planned.nonce === Number(nonce)) return planned;
  const { role: contract, nonce: expected } = planned;
  throw new HoldfastError('DEPLOYMENT_NONCE_DRIFTED', { account: plan.account, contract, expected, found: Number(nonce) });
};

/**
 * The chain as Ignition sees it: everything is passed on, but the account lives here and not in the chain's node, and nothing
 * is estimated, tried or sent that the plan does not hold or that costs more than allowed.
 */
export const createIgnitionProvider = ({ ask, send, plan, maxFeePerGas }: IgnitionProviderOptions): EIP1193Provider => {
  /** Nonce after the last transaction sent from here: nodes may tell of it late. */
  let sent = 0;

  /** Why an estimate was refused: Ignition asks on without fees to learn it, and must be told the same. */
  let refused: HoldfastError | undefined;

  const requireAllowed = (request: Request): void => {
    plannedFor(plan, request);
    const fee = feeIn(request);
    if (fee !== undefined && maxFeePerGas !== undefined && fee > maxFeePerGas)
      refused = new HoldfastError('FEE_TOO_HIGH', { fee, max: maxFeePerGas });
    if (refused !== undefined) throw refused;
  };

  const answers: Readonly<Record<string, (params: readonly unknown[]) => Promise<unknown>>> = {
    eth_accounts: async () => [plan.account],
    eth_getTransactionCount: async (params) => {
      const count = Number(await ask('eth_getTransactionCount', params));
      return `0x${(params[1] === 'pending' ? Math.max(count, sent) : count).toString(16)}`;
    },
    eth_estimateGas: async (params) => {
      requireAllowed(params[0] as Request);
      return `0x${withMargin(BigInt(String(await ask('eth_estimateGas', params)))).toString(16)}`;
    },
    eth_call: async (params) => {
      requireAllowed(params[0] as Request);
      return ask('eth_call', params);
    },
    eth_sendTransaction: async (params) => {
      const request = params[0] as Request;
      requireAllowed(request);
      const nonce = Number(request.nonce);
      const hash = await send({ nonce, data: request.data, gasLimit: BigInt(request.gas ?? '0x0'), fees: feesOf(request) });
      sent = Math.max(sent, nonce + 1);
      return hash;
    },
    // Whether blocks come by themselves is no reason to wait for more or fewer of them.
    hardhat_getAutomine: async () => false,
    web3_clientVersion: async () => 'unknown',
  };

  return {
    request: async ({ method, params = [] }) => {
      const own = answers[method];
      return own === undefined ? ask(method, params as readonly unknown[]) : own(params as readonly unknown[]);
    },
  };
};

import type { Book } from '../../../node/app/book/book.js';
import { IStorageMarket__factory } from '../../../node/chain/contracts/factories/interfaces/IStorageMarket__factory.js';
import { contractRoles, type ContractRole } from '../../../node/chain/market/market-book.js';
import { fromHex } from '../../../node/core/data/bytes.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';
import { keccak256 } from '../../../node/core/data/keccak.js';
import { blockNumber, hash, type Address, type BlockNumber, type Hash, type Hex } from '../../../node/core/units.js';
import type { Artifacts } from '../artifacts.js';
import type { Ask } from '../ignition/ignition-provider.js';
import type { Plan } from '../plan.js';

/** What a deployment leaves behind, named as in an address book. */
export type DeployedMarket = Pick<Book, ContractRole | 'parameters' | 'genesisBlock' | 'deployment' | 'code'>;

/** Code with every immutable set to zero, so that what the compiler wrote and what the constructor left can be compared. */
export const maskImmutables = (code: Hex, references: Artifacts['token']['immutableReferences'] = {}): string => {
  const bytes = fromHex(code);
  for (const { start, length } of Object.values(references).flat()) bytes.fill(0, start, start + length);
  return keccak256(bytes);
};

/** Whether `code` on chain is what the compiler wrote, its immutables aside. */
export const isCompiled = (code: Hex, { deployedBytecode, immutableReferences }: Artifacts['token']): boolean =>
  maskImmutables(code, immutableReferences) === maskImmutables(deployedBytecode as Hex, immutableReferences);

/** First block of period 1, as the market on chain counts. */
export const readGenesisBlock = async (ask: Ask, market: Address): Promise<BlockNumber> => {
  const data = IStorageMarket__factory.createInterface().encodeFunctionData('genesisBlock');
  return blockNumber(Number(await ask('eth_call', [{ to: market, data }, 'latest'])));
};

/** Code of all contracts on chain. */
export const readCodes = async (ask: Ask, addresses: Readonly<Record<ContractRole, Address>>): Promise<Record<ContractRole, Hex>> => {
  const codes = contractRoles.map(async (role) => [role, await ask('eth_getCode', [addresses[role], 'latest'])] as const);
  return Object.fromEntries(await Promise.all(codes)) as Record<ContractRole, Hex>;
};

/** The first contract whose code on chain is not what the compiler wrote, its immutables aside. Foreign tokens are not ours. */
export const changedContract = (
  codes: Readonly<Record<ContractRole, Hex>>,
  artifacts: Artifacts,
  ownToken: boolean,
): ContractRole | undefined =>
  contractRoles.find((role) => {
    if (role === 'token' && !ownToken) return codes.token === '0x';
    return !isCompiled(codes[role], artifacts[role]);
  });

/**
 * Reads what `plan` left on chain: code at every address, and the block of the market's transaction, which is one of `sent`.
 * DEPLOYMENT_FAILED when a contract is not there or not ours.
 */
export const readDeployed = async (ask: Ask, plan: Plan, artifacts: Artifacts, sent: readonly Hash[]): Promise<DeployedMarket> => {
  const { addresses, parameters, token } = plan;
  const codes = await readCodes(ask, addresses);
  const changed = changedContract(codes, artifacts, token.kind === 'new');
  if (changed !== undefined)
    throw new HoldfastError('DEPLOYMENT_FAILED', { reason: `the code at ${addresses[changed]} is not that of the ${changed}` });
  const receipts = await Promise.all(sent.map(async (transaction) => ask('eth_getTransactionReceipt', [transaction])));
  const mined = receipts.find((receipt) => receipt !== null) as
    { blockNumber: string; blockHash: string; transactionHash: string } | undefined;
  if (mined === undefined) throw new HoldfastError('DEPLOYMENT_INTERRUPTED', { reason: "the market's transaction is not mined" });
  const hashes = contractRoles.map((role) => [role, keccak256(fromHex(codes[role]))] as const);
  return {
    ...addresses,
    parameters,
    genesisBlock: await readGenesisBlock(ask, addresses.market),
    deployment: {
      block: blockNumber(Number(mined.blockNumber)),
      hash: hash(mined.blockHash),
      transaction: hash(mined.transactionHash),
    },
    code: Object.fromEntries(hashes) as Record<ContractRole, Hash>,
  };
};

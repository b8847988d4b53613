import { ContractFactory, getCreateAddress } from 'ethers';
import type { ContractRole } from '../../node/chain/market/market-book.js';
import { fromHex } from '../../node/core/data/bytes.js';
import type { MarketParameters } from '../../node/core/market/deal.js';
import { keccak256 } from '../../node/core/data/keccak.js';
import { address, hash, type Address, type Hash, type Hex, type Wei } from '../../node/core/units.js';
import type { Artifacts } from './artifacts.js';

/** The token of a new market. */
export type TokenTerms =
  | {
      readonly kind: 'new';
      /** Who gets the whole supply. */
      readonly holder: Address;
      /** Token wei. */
      readonly supply: Wei;
      /** Token wei that one draw from the faucet mints; zero for a token without faucet. */
      readonly faucetAmount: Wei;
    }
  | { readonly kind: 'existing'; readonly address: Address };

/** What is to be deployed, and by whom. */
export interface DeploymentTerms {
  readonly account: Address;
  readonly token: TokenTerms;
  readonly parameters: MarketParameters;
}

/** One transaction of a deployment. */
export interface PlannedContract {
  readonly role: ContractRole;
  readonly nonce: number;
  /** Follows from account and nonce. */
  readonly address: Address;
  readonly inputs: readonly unknown[];
  /** Creation code with the constructor's arguments: the data of the transaction. */
  readonly creation: Hex;
  readonly creationHash: Hash;
}

/**
 * A deployment, fixed before anything is sent: contracts name each other by the addresses that follow from these nonces. Only the
 * hash of the body of verbs follows from the block that it is mined in: until then the market's input has {@link NO_HASH} there.
 */
export interface Plan extends DeploymentTerms {
  readonly addresses: Readonly<Record<ContractRole, Address>>;
  /** In the order of their nonces; the market comes last, when all that it asks exists. */
  readonly contracts: readonly PlannedContract[];
}

/** Creation code with the constructor's arguments. */
export const creationOf = ({ abi, bytecode }: Artifacts[ContractRole], inputs: readonly unknown[]): Hex => {
  const encoded = new ContractFactory(abi, bytecode).interface.encodeDeploy(inputs);
  return `${bytecode}${encoded.slice(2)}` as Hex;
};

/** In the place of a hash that is not known yet. */
const NO_HASH = hash(`0x${'00'.repeat(32)}`);

/** Plans a deployment whose first transaction has nonce `firstNonce`. */
export const planDeployment = (terms: DeploymentTerms, firstNonce: number, artifacts: Artifacts, bodyHash = NO_HASH): Plan => {
  const { account, token, parameters } = terms;
  const roles: readonly ContractRole[] = [
    ...(token.kind === 'new' ? (['token'] as const) : []),
    'view',
    'registry',
    'rewardPool',
    'vault',
    'verbBody',
    'market',
  ];
  const at = (role: ContractRole): Address => address(getCreateAddress({ from: account, nonce: firstNonce + roles.indexOf(role) }));
  const addresses = {
    token: token.kind === 'new' ? at('token') : token.address,
    registry: at('registry'),
    vault: at('vault'),
    market: at('market'),
    verbBody: at('verbBody'),
    rewardPool: at('rewardPool'),
    view: at('view'),
  };
  const inputs: Readonly<Record<ContractRole, readonly unknown[]>> = {
    token: token.kind === 'new' ? [token.holder, token.supply, token.faucetAmount] : [],
    registry: [addresses.market],
    vault: [addresses.token, addresses.market],
    verbBody: [addresses.market, addresses.vault, addresses.registry, parameters],
    market: [addresses.vault, addresses.registry, addresses.rewardPool, addresses.verbBody, bodyHash, parameters],
    rewardPool: [addresses.market],
    view: [addresses.market],
  };
  const contracts = roles.map((role, index): PlannedContract => {
    const creation = creationOf(artifacts[role], inputs[role]);
    const nonce = firstNonce + index;
    return { role, nonce, address: at(role), inputs: inputs[role], creation, creationHash: keccak256(fromHex(creation)) };
  });
  return { account, token, parameters, addresses, contracts };
};

/** The plan with the hash of the body of verbs that is on chain: what the market's transaction says. */
export const completePlan = (plan: Plan, artifacts: Artifacts, bodyHash: Hash): Plan =>
  planDeployment(plan, plan.contracts[0]?.nonce ?? 0, artifacts, bodyHash);

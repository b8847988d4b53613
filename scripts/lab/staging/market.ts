import type { MarketIdentity } from '../../../node/core/keys/market-identity.js';
import { createKeySigner } from '../../../node/core/keys/signing.js';
import { dealIdOf } from '../../../node/core/market/deal-id.js';
import type { MarketParameters, Revision } from '../../../node/core/market/deal.js';
import { revisionDigest } from '../../../node/core/market/revision.js';
import { firstBlockOf } from '../../../node/core/market/schedule.js';
import { voucherDigest } from '../../../node/core/market/voucher.js';
import { hash, leaves, type Address, type DealId, type Hash, type Wei } from '../../../node/core/units.js';
import type { Ask } from './asks.js';
import type { PreparedCall, StagedChain } from './chain.js';
import { connectContracts, type StagedAddresses, type StagedContracts } from './contracts.js';

/** Keys of every renter's session and of the operator: any will do, always the same so that figures repeat. */
const session = createKeySigner(`0x${'51'.repeat(32)}`);
const operator = createKeySigner(`0x${'0e'.repeat(32)}`);

/** A registration without a node behind it: nobody dials. */
const PEER_ID = '0x00';
const ENDPOINT = '/ip4/127.0.0.1/tcp/1';
/** The owner trusts its operator with the whole stake. */
const NO_LIMIT = 2n ** 96n - 1n;

/** A deal's content when nothing is stored in it. */
export const NOTHING = { root: hash(`0x${'00'.repeat(32)}`), leaves: leaves(0), sectors: 0 } as const;

/** What a renter asks for: a deal whose reads cost nothing, and whose vouchers may take all of its escrow. */
export interface DealTerms {
  /** Token wei per GiB-period that the renter pays at most. */
  readonly maxPrice: bigint;
  /** Period that no revision may pay for, nor a later one. */
  readonly maxEnd: number;
  readonly maxLeaves: number;
  /** Token wei. */
  readonly escrow: bigint;
}

/** A market with one provider on a chain in this process. Its calls are raw, each to be sent by whoever the play has it. */
export interface StagedMarket {
  readonly chain: StagedChain;
  readonly contracts: StagedContracts;
  readonly parameters: MarketParameters;
  /** Owner of the provider's account. */
  readonly provider: Address;
  readonly identity: Pick<MarketIdentity, 'chainId' | 'market'>;
  /** First block of period 1. */
  readonly genesis: number;
  /** The block `offset` blocks after the first one of `period`. */
  blockOf(period: number, offset: number): number;
  /** The provider's registration. */
  register(ask: Ask): Promise<PreparedCall>;
  /** Opens a deal with the provider for each of the salts. */
  open(terms: DealTerms, salts: readonly Hash[]): Promise<PreparedCall>;
  /** The deal that `renter` opens with `salt`. */
  dealOf(renter: Address, salt: Hash): DealId;
  /** Posts a revision, signed by both. */
  commit(revision: Revision): Promise<PreparedCall>;
  /** Redeems a voucher over `amount`. */
  redeem(deal: DealId, amount: Wei): Promise<PreparedCall>;
}

/** Which market of which parameters is staged, and who its provider is. */
export interface StagedMarketTerms {
  readonly chain: StagedChain;
  readonly addresses: StagedAddresses;
  readonly parameters: MarketParameters;
  readonly provider: Address;
}

/** Stages a market that is deployed. */
export const createStagedMarket = async ({ chain, addresses, parameters, provider }: StagedMarketTerms): Promise<StagedMarket> => {
  const contracts = connectContracts(addresses, chain.provider);
  const { market, registry } = contracts;
  const identity = { chainId: chain.chainId, market: addresses.market };
  const genesis = Number(await market.genesisBlock());
  return {
    chain,
    contracts,
    parameters,
    provider,
    identity,
    genesis,
    blockOf: (period, offset) => firstBlockOf(period, genesis, parameters.periodBlocks) + offset,
    register: (ask) => registry.register.populateTransaction(operator.address, PEER_ID, ENDPOINT, ask, NO_LIMIT),
    open: (terms, salts) =>
      market.open.populateTransaction(
        salts.map((salt) => ({ ...terms, provider, salt, signer: session.address, maxEgressPrice: 0n, maxEgress: terms.escrow })),
      ),
    dealOf: (renter, salt) => dealIdOf(identity, renter, provider, salt),
    commit: async (revision) => {
      const digest = revisionDigest(identity, revision);
      return market.commit.populateTransaction(revision, await session.sign(digest), await operator.sign(digest));
    },
    redeem: async (deal, amount) =>
      market.redeem.populateTransaction(deal, amount, await session.sign(voucherDigest(identity, deal, amount))),
  };
};

import type { Address, BlockNumber, DealId, Hash, Leaves, Period, Signature, Wei, Weight } from '../units.js';

/** The market's parameters as its constructor took them (R9). Names as in `contracts/MarketTypes.sol`. */
export interface MarketParameters {
  readonly periodBlocks: number;
  readonly windowBlocks: number;
  readonly samples: number;
  readonly missBps: number;
  readonly collateralPeriods: number;
  readonly burnBps: number;
  readonly bountyBps: number;
  readonly compensationBps: number;
  readonly maxMisses: number;
  readonly coverBps: number;
  readonly noticePeriods: number;
  readonly feeBps: number;
  readonly feeBurnBps: number;
  readonly epochPeriods: number;
  readonly bondBps: number;
  readonly unit: Wei;
  readonly bountyCap: Wei;
  readonly signatureGas: number;
  readonly bondUnit: Wei;
}

/** A place in time on the chain. */
export interface ChainHead {
  readonly block: BlockNumber;
  readonly hash: Hash;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** What both sides sign (R12), in the order of the EIP-712 type. */
export interface Revision {
  readonly deal: DealId;
  readonly number: bigint;
  readonly root: Hash;
  readonly leaves: Leaves;
  readonly sectors: number;
  readonly end: Period;
  readonly price: Wei;
  readonly validUntil: Period;
}

/** A revision that may be posted. */
export interface SignedRevision {
  readonly revision: Revision;
  readonly renterSignature: Signature;
  readonly providerSignature: Signature;
}

export type DealStatus = 'none' | 'empty' | 'active' | 'closed';

/** A deal as stored on chain, as of its last settlement. */
export interface Deal {
  readonly id: DealId;
  readonly status: DealStatus;
  readonly renter: Address;
  readonly provider: Address;
  readonly signer: Address;
  readonly root: Hash;
  readonly leaves: Leaves;
  readonly sectors: number;
  readonly number: bigint;
  readonly end: Period;
  readonly maxEnd: Period;
  readonly maxLeaves: Leaves;
  /** Token wei that all vouchers together may take. */
  readonly maxEgress: Wei;
  readonly slot: number;
  readonly generation: number;
  /** Whether a direct challenge is open (R8). */
  readonly challenged: boolean;
  readonly weight: Weight;
  /** Last period up to which rent was moved; of an empty deal the one whose revision took its last leaf, 0 if it never had one. */
  readonly settledThrough: Period;
  /** Token wei per GiB-period. */
  readonly price: Wei;
  /** Token wei per GiB read. */
  readonly egressPrice: Wei;
  /** Token wei per period. */
  readonly rate: Wei;
  readonly escrow: Wei;
  /** Token wei that vouchers have paid so far. */
  readonly redeemed: Wei;
  readonly compensationIndex: bigint;
  /** Set when the deal's generation of the provider has defaulted; period and share are 0 until a sync has written that down. */
  readonly defaulted?: { readonly period: Period; readonly share: Wei };
}

/** An open direct challenge (R8); names as in `MarketTypes.sol`. */
export interface Challenge {
  /** Who paid the bond and gets it back unless the challenge is answered. */
  readonly challenger: Address;
  /** In which it was opened: the seed of the next one draws the samples. */
  readonly period: Period;
  /** Token wei that were paid. */
  readonly bond: Wei;
}

/** What a provider asks for; names as in `IProviderRegistry.sol`. */
export interface Ask {
  readonly price: Wei;
  readonly egressPrice: Wei;
  readonly minLeaves: Leaves;
  readonly maxLeaves: Leaves;
  readonly maxPeriods: number;
}

/** A provider as the registry knows it: changed by its owner and operator alone. Names as in `IProviderRegistry.sol`. */
export interface ProviderRecord {
  readonly provider: Address;
  readonly operator: Address;
  /** libp2p peer id in its usual text form. */
  readonly peerId: string;
  /** Multiaddrs; none where it wrote no text. */
  readonly addresses: readonly string[];
  readonly ask: Ask;
}

/** A provider as registry and market know it. */
export interface ProviderSheet extends ProviderRecord {
  readonly stake: Wei;
  /** Collateral of its deals now, token wei. */
  readonly locked: Wei;
  /** What its owner lets revisions lock of the stake, token wei (R6). */
  readonly lockLimit: Wei;
  readonly credit: Wei;
  readonly total: Weight;
  readonly lastProven: Period;
  readonly syncedThrough: Period;
  readonly generation: number;
  readonly decided: Period;
  readonly frozen: boolean;
  readonly slots: number;
}

/** What a renter asks of the contract when it opens a deal; names as in `MarketTypes.sol`. */
export interface OpenRequest {
  readonly provider: Address;
  readonly salt: Hash;
  readonly signer: Address;
  readonly maxPrice: Wei;
  readonly maxEgressPrice: Wei;
  readonly maxEnd: Period;
  readonly maxLeaves: Leaves;
  /** Most token wei of all vouchers together: what a stolen session key can cost. */
  readonly maxEgress: Wei;
  readonly escrow: Wei;
}

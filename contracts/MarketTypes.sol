// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

// The market's data types. Leaves are 32 bytes; amounts are token wei; periods count from 1.

/// @notice Everything that differs between networks, fixed at deployment (R9 says what is refused).
/// @param periodBlocks P, blocks in a period.
/// @param windowBlocks W, blocks from the start of a period within which a proof counts.
/// @param samples k, leaves drawn per audit.
/// @param missBps Share of the locked stake that one miss takes, basis points.
/// @param collateralPeriods CP, collateral of a deal in periods of its rent.
/// @param burnBps Share of a slash that is burnt, basis points.
/// @param bountyBps Share of a slash for the caller who found it, basis points.
/// @param compensationBps Share of a slash for the renters, basis points.
/// @param maxMisses Misses in a row that make a default.
/// @param coverBps Stake under this share of locked makes a default, basis points.
/// @param noticePeriods Periods between a renter's leave and the deal's end.
/// @param feeBps Share of rent that goes to the reward pool, basis points.
/// @param feeBurnBps Share of the fees that is burnt instead, basis points.
/// @param epochPeriods Periods of an epoch of the reward pool.
/// @param bondBps Bond of a first open challenge as a share of the deal's collateral, basis points.
/// @param unit Token wei of collateral behind one unit of weight.
/// @param bountyCap Most token wei one miss pays its finder; the excess is burnt.
/// @param signatureGas Most gas that checking a contract's signature may use (ERC-1271).
/// @param bondUnit Least bond of a challenge, token wei.
struct Parameters {
  uint32 periodBlocks;
  uint32 windowBlocks;
  uint8 samples;
  uint16 missBps;
  uint16 collateralPeriods;
  uint16 burnBps;
  uint16 bountyBps;
  uint16 compensationBps;
  uint8 maxMisses;
  uint16 coverBps;
  uint16 noticePeriods;
  uint16 feeBps;
  uint16 feeBurnBps;
  uint16 epochPeriods;
  uint16 bondBps;
  uint96 unit;
  uint96 bountyCap;
  uint32 signatureGas;
  uint96 bondUnit;
}

/// @notice Where a deal stands. Edges: None → Empty (open); Empty ⇄ Active (commit); Empty → Closed (cancel, close);
/// Active → Closed (close, forfeit, expire, each of them after a default). No other.
enum DealStatus {
  None,
  Empty,
  Active,
  Closed
}

/// @notice A deal: a two-party channel in which renter and provider co-sign revisions of what is stored.
/// @param root Merkle root over the sector descriptors; zero while empty.
/// @param leaves Leaves stored.
/// @param sectors Sectors stored.
/// @param end First unpaid period.
/// @param number Number of the newest revision on chain.
/// @param slot Slot in the provider's sum tree while weight > 0.
/// @param generation Provider's generation that the deal belongs to while weight > 0.
/// @param challengedIn Period in which the open challenge was made; zero while none is open.
/// @param weight Units of collateral; zero exactly while leaves are zero.
/// @param settledThrough Last period up to which rent was moved. While nothing is stored: the period whose revision took the last
/// leaf, zero if the deal never held data.
/// @param maxEnd, maxLeaves Bounds of every revision, raised by the renter alone.
/// @param maxEgress Token wei that all vouchers together may take, raised by the renter alone.
/// @param price Token wei per GiB-period. @param egressPrice Token wei per GiB read.
/// @param rate Token wei per period, rounded up from price and leaves.
/// @param escrow Token wei left for rent.
/// @param compensationIndex Provider's compensation accumulator when the deal was last credited, wei per unit of weight.
/// @param previousSigner, signerSince The signer before this one; period in which it was replaced (zero: never).
/// @param redeemed Token wei that vouchers have paid so far.
struct Deal {
  bytes32 root;
  uint40 leaves;
  uint24 sectors;
  uint32 end;
  uint64 number;
  uint32 slot;
  uint32 generation;
  DealStatus status;
  uint32 challengedIn;
  address renter;
  uint64 weight;
  uint32 settledThrough;
  address provider;
  uint32 maxEnd;
  uint40 maxLeaves;
  address signer;
  uint96 maxEgress;
  uint96 redeemed;
  address previousSigner;
  uint32 signerSince;
  uint128 price;
  uint128 egressPrice;
  uint128 rate;
  uint128 escrow;
  uint128 compensationIndex;
}

/// @notice What a renter asks for when it opens a deal.
/// @param salt Chosen by the renter; (renter, provider, salt) names the deal, so a repeated call cannot pay twice.
/// @param signer Session key that signs revisions for the renter.
/// @param maxPrice, maxEgressPrice The most the renter agrees to; the ask's prices are taken if not above.
/// @param maxEnd First period no revision may pay for. @param maxLeaves Most leaves of any revision.
/// @param maxEgress Most token wei of all vouchers together: what a stolen session key can cost.
/// @param escrow Token wei to deposit, at least one unit.
struct OpenRequest {
  address provider;
  bytes32 salt;
  address signer;
  uint128 maxPrice;
  uint128 maxEgressPrice;
  uint32 maxEnd;
  uint40 maxLeaves;
  uint96 maxEgress;
  uint128 escrow;
}

/// @notice What renter and provider sign (EIP-712 `Revision`, in this order of fields).
/// @param deal The deal. @param number Higher than any before it.
/// @param root, leaves, sectors The data set; all zero for none.
/// @param end First unpaid period. @param price Token wei per GiB-period.
/// @param validUntil Last period in which it may be posted, at most two ahead of the period it is posted in.
struct Revision {
  bytes32 deal;
  uint64 number;
  bytes32 root;
  uint40 leaves;
  uint24 sectors;
  uint32 end;
  uint128 price;
  uint32 validUntil;
}

/// @notice An open challenge of a deal (R8).
/// @param challenger Who paid the bond and gets it back unless the challenge is answered.
/// @param period The period it was opened in; the seed of the next one draws the samples.
/// @param bond Token wei that were paid.
struct Challenge {
  address challenger;
  uint32 period;
  uint96 bond;
}

/// @notice What the market holds of an open challenge; its period stands with the deal.
/// @param amount Token wei.
struct Bond {
  address challenger;
  uint96 amount;
}

/// @notice Fees of an epoch.
/// @param paid Token wei.
/// @param collected Whether the reward pool has collected them.
struct EpochFees {
  uint128 paid;
  bool collected;
}

/// @notice A provider's account.
/// @param stake Token wei, locked and free together.
/// @param total T, sum of the weights of its live generation.
/// @param lastProven Last proven period (or the one in which T left zero: that is no proof).
/// @param syncedThrough Last period up to which misses were recorded.
/// @param generation Counts defaults.
struct ProviderAccount {
  uint96 stake;
  uint64 total;
  uint32 lastProven;
  uint32 syncedThrough;
  uint32 generation;
}

/// @notice How a past generation of a provider ended.
/// @param period The period of default; zero while the generation lives.
/// @param share Token wei per unit of weight that each of its deals takes.
/// @param compensationIndex Final compensation accumulator of the generation, wei per unit of weight.
struct DefaultRecord {
  uint32 period;
  uint96 share;
  uint128 compensationIndex;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStorageMarket} from "./IStorageMarket.sol";

/// @title Shares the unburnt part of each epoch's fees, and what sponsors add, among those who paid the fees (R11)
/// @notice A provider's points are the fees it paid in the epoch; its reward is pot · points / all points, rounded down. From
/// fees alone nobody gets back more than it paid, so dealing with oneself earns nothing.
/// @dev Warning: sponsorship can be farmed with deals with oneself up to what their fees cost, also by settling many
/// periods at once within the epoch. A fee counts for the epoch in which its rent is settled, and anybody may settle: a rival that
/// settles a provider's deals just before a sponsored epoch begins keeps the rent of the periods decided by then out of it, as
/// the provider could have by itself. Nobody can settle a period before it is decided, so what is earned within an epoch and
/// settled within it counts there: sponsors should not reward the settling of older rent. The pool's money is its credit in the market; it holds no tokens.
interface IRewardPool {
  event Sponsored(uint256 indexed epoch, address indexed sponsor, uint256 amount);
  event SponsorshipReclaimed(uint256 indexed epoch, address indexed sponsor, uint256 amount);
  event RewardClaimed(uint256 indexed epoch, address indexed provider, uint256 reward);
  /// @notice Everybody has claimed, and `amount` wei that no share could name were burnt.
  event DustBurnt(uint256 indexed epoch, uint256 amount);

  /// @notice Epoch `epoch` is over: sponsor `current` or a later one.
  error EpochOver(uint256 epoch, uint256 current);
  /// @notice Epoch `epoch` is too far ahead, where nobody would ever earn it: sponsor `last` or an earlier one.
  error EpochTooFar(uint256 epoch, uint256 last);
  /// @notice `provider` paid no fees in `epoch`.
  error NothingEarned(uint256 epoch, address provider);
  /// @notice `provider` has claimed its reward of `epoch`.
  error AlreadyClaimed(uint256 epoch, address provider);
  /// @notice Fees were paid in `epoch`: its sponsorship is theirs who paid them.
  error EpochEarned(uint256 epoch);
  /// @notice `sponsor` has nothing to take back from `epoch`.
  error NothingSponsored(uint256 epoch, address sponsor);

  /// @notice The market whose fees it shares.
  function market() external view returns (IStorageMarket);

  /// @notice Sponsorship of `epoch`, token wei.
  function sponsorshipOf(uint256 epoch) external view returns (uint256);

  /// @notice What `sponsor` gave for `epoch`, token wei.
  function sponsoredBy(uint256 epoch, address sponsor) external view returns (uint256);

  /// @notice What is shared for `epoch`, token wei; of a running epoch, as of now.
  function potOf(uint256 epoch) external view returns (uint256);

  /// @notice What `provider` can claim for `epoch`, token wei; of a running epoch, as of now. Zero once claimed.
  function rewardOf(uint256 epoch, address provider) external view returns (uint256);

  /// @notice Adds `amount` wei of the caller's tokens, which it must have approved this pool for, to the pot of `epoch`, the
  /// current one or one of the next hundred.
  function sponsor(uint256 epoch, uint256 amount) external;

  /// @notice Pays the caller's sponsorship of an epoch back in which nobody paid a fee.
  function reclaim(uint256 epoch) external;

  /// @notice Pays the rewards of `provider` for `epochs`, which are over, to its owner's address. By anyone.
  function claim(address provider, uint256[] calldata epochs) external;
}

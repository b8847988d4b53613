// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IRewardPool} from "./interfaces/IRewardPool.sol";
import {IStorageMarket} from "./interfaces/IStorageMarket.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Rent} from "./libraries/Rent.sol";

/// @title The reward pool
/// @notice Documented in `IRewardPool`.
contract RewardPool is IRewardPool {
  using SafeCast for uint256;
  using SafeERC20 for IERC20;

  /// @param sponsored By all sponsors.
  /// @param claimedPoints Points whose rewards are paid. @param paid Token wei of these rewards.
  struct Epoch {
    uint128 sponsored;
    uint128 claimedPoints;
    uint128 paid;
    mapping(address sponsor => uint256) by;
    mapping(address provider => bool) claimed;
  }

  /// @dev R11: money for an epoch that never comes would never come back.
  uint256 private constant EPOCHS_AHEAD = 100;

  /// @inheritdoc IRewardPool
  IStorageMarket public immutable market;

  mapping(uint256 epoch => Epoch) private _epochs;

  /// @param market_ The market's address, computed before it exists.
  constructor(IStorageMarket market_) {
    market = market_;
  }

  /// @inheritdoc IRewardPool
  function sponsor(uint256 epoch, uint256 amount) external {
    uint256 current = market.currentEpoch();
    require(epoch >= current, EpochOver(epoch, current));
    require(epoch <= current + EPOCHS_AHEAD, EpochTooFar(epoch, current + EPOCHS_AHEAD));
    Epoch storage entry = _epochs[epoch];
    entry.by[msg.sender] += amount;
    entry.sponsored = (entry.sponsored + amount).toUint128();
    emit Sponsored(epoch, msg.sender, amount);
    IVault vault = market.vault();
    IERC20 token = vault.token();
    token.safeTransferFrom(msg.sender, address(this), amount);
    token.forceApprove(address(vault), amount);
    market.fund(address(this), amount);
  }

  /// @inheritdoc IRewardPool
  function reclaim(uint256 epoch) external {
    market.collectFees(epoch);
    require(market.feesIn(epoch) == 0, EpochEarned(epoch));
    uint256 amount = _epochs[epoch].by[msg.sender];
    require(amount != 0, NothingSponsored(epoch, msg.sender));
    _epochs[epoch].by[msg.sender] = 0;
    _epochs[epoch].sponsored -= uint128(amount);
    emit SponsorshipReclaimed(epoch, msg.sender, amount);
    market.withdraw(amount, msg.sender);
  }

  /// @inheritdoc IRewardPool
  function claim(address provider, uint256[] calldata epochs) external {
    uint256 rewards;
    uint256 dust;
    for (uint256 i; i < epochs.length; ++i) {
      (uint256 reward, uint256 rest) = _claim(epochs[i], provider);
      rewards += reward;
      dust += rest;
    }
    market.withdraw(rewards, provider);
    if (dust != 0) market.withdraw(dust, market.BURN_ACCOUNT());
  }

  /// @inheritdoc IRewardPool
  function sponsorshipOf(uint256 epoch) external view returns (uint256) {
    return _epochs[epoch].sponsored;
  }

  /// @inheritdoc IRewardPool
  function sponsoredBy(uint256 epoch, address sponsor_) external view returns (uint256) {
    return _epochs[epoch].by[sponsor_];
  }

  /// @inheritdoc IRewardPool
  function potOf(uint256 epoch) public view returns (uint256) {
    uint256 fees = market.feesIn(epoch);
    return fees - Rent.bpsUp(fees, market.parameters().feeBurnBps) + _epochs[epoch].sponsored;
  }

  /// @inheritdoc IRewardPool
  function rewardOf(uint256 epoch, address provider) external view returns (uint256) {
    uint256 points = market.feesOf(epoch, provider);
    if (points == 0 || _epochs[epoch].claimed[provider]) return 0;
    return (potOf(epoch) * points) / market.feesIn(epoch);
  }

  /// @dev Marks the reward as paid. `dust` is what is left of the pot once everybody has claimed.
  function _claim(uint256 epoch, address provider) private returns (uint256 reward, uint256 dust) {
    Epoch storage entry = _epochs[epoch];
    market.collectFees(epoch);
    uint256 points = market.feesOf(epoch, provider);
    require(points != 0, NothingEarned(epoch, provider));
    require(!entry.claimed[provider], AlreadyClaimed(epoch, provider));
    entry.claimed[provider] = true;
    uint256 total = market.feesIn(epoch);
    uint256 pot = potOf(epoch);
    reward = (pot * points) / total;
    entry.claimedPoints += uint128(points);
    entry.paid += uint128(reward);
    emit RewardClaimed(epoch, provider, reward);
    if (entry.claimedPoints != total) return (reward, 0);
    dust = pot - entry.paid;
    emit DustBurnt(epoch, dust);
  }
}

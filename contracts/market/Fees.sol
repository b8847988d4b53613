// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketFees} from "../interfaces/IMarketFees.sol";
import {IMarketStakes} from "../interfaces/IMarketStakes.sol";
import {IRewardPool} from "../interfaces/IRewardPool.sol";
import {Rent} from "../libraries/Rent.sol";
import {EpochFees} from "../MarketTypes.sol";
import {Accounts} from "./Accounts.sol";

/// @title The part of the market that hands fees to the reward pool
/// @dev Fees are written down where rent is settled, in `DealLedger`; here they only change accounts.
abstract contract Fees is Accounts, IMarketFees {
  IRewardPool internal immutable POOL;

  constructor(IRewardPool pool) {
    POOL = pool;
  }

  /// @inheritdoc IMarketFees
  function currentEpoch() public view returns (uint256) {
    return _epochOf(currentPeriod());
  }

  /// @inheritdoc IMarketFees
  function feesOf(uint256 epoch, address provider) external view returns (uint256) {
    return _providerFees[epoch][provider];
  }

  /// @inheritdoc IMarketFees
  function feesIn(uint256 epoch) external view returns (uint256) {
    return _epochFees[epoch].paid;
  }

  /// @inheritdoc IMarketFees
  function collectFees(uint256 epoch) external nonReentrant {
    require(msg.sender == address(POOL), NotPool(msg.sender));
    uint256 current = currentEpoch();
    require(epoch < current, EpochNotOver(epoch, current));
    EpochFees memory fees = _epochFees[epoch];
    if (fees.collected) return;
    _epochFees[epoch].collected = true;
    uint256 burnt = Rent.bpsUp(fees.paid, _parameters.feeBurnBps);
    uint256 kept = fees.paid - burnt;
    _credit(BURNT, burnt);
    _credit(msg.sender, kept);
    emit FeesCollected(epoch, msg.sender, kept, burnt);
  }

  /// @inheritdoc IMarketFees
  function fund(address account, uint256 amount) external nonReentrant {
    require(account != address(0), IMarketStakes.ZeroRecipient());
    _credit(account, amount);
    emit Funded(account, msg.sender, amount);
    VAULT.take(msg.sender, amount);
  }
}

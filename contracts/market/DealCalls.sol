// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketChallenges} from "../interfaces/IMarketChallenges.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {IMarketVouchers} from "../interfaces/IMarketVouchers.sol";
import {Revision} from "../MarketTypes.sol";
import {DealBook} from "./DealBook.sol";

/// @title The part of the market that hands a call to the code in `Deals`
abstract contract DealCalls is DealBook {
  /// @dev The code in `Deals`, at an address that nobody can change.
  address internal immutable DEALS;

  constructor(address deals) {
    DEALS = deals;
  }

  /// @inheritdoc IMarketDeals
  function commit(Revision calldata, bytes calldata, bytes calldata) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function settle(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function leaveDeal(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function cancel(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function close(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function forfeit(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function batch(bytes[] calldata, uint256) external {
    _runDeals();
  }

  /// @inheritdoc IMarketChallenges
  function expire(bytes32) external {
    _runDeals();
  }

  /// @inheritdoc IMarketVouchers
  function redeem(bytes32, uint128, bytes calldata) external {
    _runDeals();
  }

  /// @dev Ends the call with what `Deals` returned or reverted with, over this contract's storage.
  function _runDeals() private {
    address deals = DEALS;
    assembly {
      calldatacopy(0, 0, calldatasize())
      let success := delegatecall(gas(), deals, 0, calldatasize(), 0, 0)
      returndatacopy(0, 0, returndatasize())
      if success {
        return(0, returndatasize())
      }
      revert(0, returndatasize())
    }
  }
}

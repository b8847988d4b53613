// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {OpenRequest, Revision} from "../MarketTypes.sol";
import {DealBook} from "./DealBook.sol";

/// @title The part of the market that hands each call about a deal to the code in `Deals`
abstract contract DealCalls is DealBook {
  /// @dev The code in `Deals`, at an address that nobody can change.
  address internal immutable DEALS;

  constructor(address deals) {
    DEALS = deals;
  }

  /// @inheritdoc IMarketDeals
  function open(OpenRequest[] calldata) external returns (bytes32[] memory) {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function deposit(bytes32, uint256) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function setBounds(bytes32, uint32, uint40) external {
    _runDeals();
  }

  /// @inheritdoc IMarketDeals
  function setSigner(bytes32, address) external {
    _runDeals();
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

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketChallenges} from "../../interfaces/IMarketChallenges.sol";
import {IMarketDeals} from "../../interfaces/IMarketDeals.sol";
import {DealLedger} from "../DealLedger.sol";
import {IDelegatedVerbs} from "../DelegatedVerbs.sol";

/// @title Many verbs in one transaction (R14)
abstract contract Batches is DealLedger, IDelegatedVerbs {
  /// @inheritdoc IDelegatedVerbs
  function batch(bytes[] calldata calls, uint256 gasPerItem) external {
    for (uint256 i; i < calls.length; ++i) {
      bytes calldata item = calls[i];
      bytes4 selector = bytes4(item);
      require(_isBatchable(selector), NotBatchable(selector));
      _runItem(i, item, gasPerItem);
    }
  }

  /// @dev What an item may use is capped, and it gets no less than that.
  function _runItem(uint256 index, bytes calldata item, uint256 gasPerItem) private {
    // Gas for this loop, the copy of the item and the event of its failure.
    uint256 needed = gasPerItem + gasPerItem / 63 + 10_000 + 16 * item.length;
    require(gasleft() >= needed, BatchGasTooLow(gasleft(), needed));
    // To the market itself: the item's caller stays who it is, and each verb closes the door behind it.
    (bool success, bytes memory reason) = address(this).delegatecall{gas: gasPerItem}(item);
    if (success) return;
    assembly ("memory-safe") {
      if gt(mload(reason), 256) {
        mstore(reason, 256)
      }
    }
    emit BatchItemFailed(index, reason);
  }

  /// @dev What makes sense many times in one transaction.
  function _isBatchable(bytes4 selector) private pure returns (bool) {
    return
      selector == IMarketDeals.open.selector ||
      selector == IMarketDeals.permit.selector ||
      selector == IDelegatedVerbs.commit.selector ||
      selector == IDelegatedVerbs.settle.selector ||
      selector == IDelegatedVerbs.redeem.selector ||
      selector == IMarketChallenges.answer.selector ||
      selector == IDelegatedVerbs.close.selector ||
      selector == IDelegatedVerbs.expire.selector;
  }
}

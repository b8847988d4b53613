// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {Digests} from "../libraries/Digests.sol";
import {Deal, Revision} from "../MarketTypes.sol";
import {DealLedger} from "./DealLedger.sol";

/// @title The part of the market that answers questions about deals
abstract contract DealQueries is DealLedger, IMarketDeals {
  /// @inheritdoc IMarketDeals
  function dealIdOf(address renter, address provider, bytes32 salt) public view returns (bytes32) {
    return keccak256(abi.encodePacked(block.chainid, address(this), renter, provider, salt));
  }

  /// @inheritdoc IMarketDeals
  function dealOf(bytes32 id) external view returns (Deal memory) {
    return _deals[id].readAll();
  }

  /// @inheritdoc IMarketDeals
  function isDefaulted(bytes32 id) external view returns (bool) {
    Deal memory deal = _deals[id].read();
    return _isPast(deal, _accountNow(deal.provider));
  }

  /// @inheritdoc IMarketDeals
  function dealAt(address provider, uint256 generation, uint256 slot) external view returns (bytes32) {
    return _dealInSlot[provider][generation][slot];
  }

  /// @inheritdoc IMarketDeals
  function slotCountOf(address provider, uint256 generation) external view returns (uint256) {
    return _trees[provider][generation].slots;
  }

  /// @inheritdoc IMarketDeals
  function digestOf(Revision calldata revision) external view returns (bytes32) {
    return Digests.ofRevision(revision);
  }

  /// @inheritdoc IMarketDeals
  function voucherDigestOf(bytes32 id, uint128 amount) external view returns (bytes32) {
    return Digests.ofVoucher(id, amount);
  }
}

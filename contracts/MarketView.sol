// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DealSheet, IMarketView, ProviderSheet} from "./interfaces/IMarketView.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IStorageMarket} from "./interfaces/IStorageMarket.sol";

/// @title Answers for screens and daemons
/// @notice Documented in `IMarketView`.
contract MarketView is IMarketView {
  /// @inheritdoc IMarketView
  IStorageMarket public immutable market;

  constructor(IStorageMarket market_) {
    market = market_;
  }

  /// @inheritdoc IMarketView
  function providers(uint256 from, uint256 limit) external view returns (ProviderSheet[] memory sheets) {
    IProviderRegistry registry = market.registry();
    uint256 count = Math.min(limit, Math.saturatingSub(registry.count(), from));
    sheets = new ProviderSheet[](count);
    for (uint256 i; i < count; ++i) sheets[i] = provider(registry.providerAt(from + i));
  }

  /// @inheritdoc IMarketView
  function provider(address provider_) public view returns (ProviderSheet memory sheet) {
    sheet.provider = provider_;
    sheet.record = market.registry().record(provider_);
    sheet.account = market.accountOf(provider_);
    sheet.locked = market.lockedOf(provider_);
    sheet.decided = market.decidedOf(provider_);
    sheet.frozen = market.isFrozen(provider_);
    sheet.slots = market.slotCountOf(provider_, sheet.account.generation);
    sheet.credit = market.credits(provider_);
  }

  /// @inheritdoc IMarketView
  function providerSheets(address[] calldata providers_) external view returns (ProviderSheet[] memory sheets) {
    sheets = new ProviderSheet[](providers_.length);
    for (uint256 i; i < providers_.length; ++i) sheets[i] = provider(providers_[i]);
  }

  /// @inheritdoc IMarketView
  function dealsOf(
    address provider_,
    uint256 generation,
    uint256 from,
    uint256 limit
  ) external view returns (DealSheet[] memory sheets) {
    uint256 slots = market.slotCountOf(provider_, generation);
    uint256 range = Math.min(limit, Math.saturatingSub(slots, from));
    bytes32[] memory ids = new bytes32[](range);
    uint256 taken;
    for (uint256 slot = from; slot < from + range; ++slot) {
      bytes32 id = market.dealAt(provider_, generation, slot);
      if (id != 0) ids[taken++] = id;
    }
    sheets = new DealSheet[](taken);
    for (uint256 i; i < taken; ++i) sheets[i] = _dealSheet(ids[i]);
  }

  /// @inheritdoc IMarketView
  function deals(bytes32[] calldata ids) external view returns (DealSheet[] memory sheets) {
    sheets = new DealSheet[](ids.length);
    for (uint256 i; i < ids.length; ++i) sheets[i] = _dealSheet(ids[i]);
  }

  function _dealSheet(bytes32 id) private view returns (DealSheet memory sheet) {
    sheet.id = id;
    sheet.deal = market.dealOf(id);
    if (sheet.deal.weight != 0) sheet.ended = market.defaultOf(sheet.deal.provider, sheet.deal.generation);
  }
}

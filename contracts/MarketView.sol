// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {DealSheet, IMarketView, ProviderSheet, SyncForecast} from "./interfaces/IMarketView.sol";
import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IStorageMarket} from "./interfaces/IStorageMarket.sol";
import {DealStatus, ProviderAccount} from "./MarketTypes.sol";

/// @title Answers for screens and daemons
/// @notice Documented in `IMarketView`.
contract MarketView is IMarketView {
  /// @dev Marks an answer that leaves a call by its revert, which undoes the call. No error begins like that.
  bytes32 private constant ANSWER = keccak256("an answer of MarketView");

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
    sheet.lockLimit = market.lockLimitOf(provider_);
    sheet.decided = market.decidedOf(provider_);
    sheet.frozen = market.isFrozen(provider_);
    sheet.slots = market.slotCountOf(provider_, market.accountNow(provider_).generation);
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

  /// @inheritdoc IMarketView
  function forecastSync(address provider_) external returns (SyncForecast memory) {
    return abi.decode(_undone(abi.encodeCall(this.trySync, (provider_))), (SyncForecast));
  }

  /// @inheritdoc IMarketView
  function dealsNow(bytes32[] calldata ids) external returns (DealSheet[] memory) {
    return abi.decode(_undone(abi.encodeCall(this.trySettle, (ids))), (DealSheet[]));
  }

  /// @notice Syncs, and reverts with the forecast.
  function trySync(address provider_) external {
    ProviderAccount memory before = market.accountOf(provider_);
    uint256 misses = market.missesThrough(provider_, type(uint256).max);
    uint256 credit = market.credits(address(this));
    market.sync(provider_);
    SyncForecast memory forecast;
    forecast.account = market.accountOf(provider_);
    forecast.misses = market.missesThrough(provider_, type(uint256).max) - misses;
    forecast.bounty = market.credits(address(this)) - credit;
    forecast.defaults = forecast.account.generation != before.generation;
    // Zero while the generation lives.
    uint256 collateral = uint256(before.total) * market.defaultOf(provider_, before.generation).share;
    forecast.slashed = before.stake - collateral - forecast.account.stake;
    _answer(abi.encode(forecast));
  }

  /// @notice Settles, and reverts with the sheets.
  function trySettle(bytes32[] calldata ids) external {
    DealSheet[] memory sheets = new DealSheet[](ids.length);
    for (uint256 i; i < ids.length; ++i) {
      DealStatus status = market.dealOf(ids[i]).status;
      if (status == DealStatus.Empty || status == DealStatus.Active) market.settle(ids[i]);
      sheets[i] = _dealSheet(ids[i]);
    }
    _answer(abi.encode(sheets));
  }

  /// @dev The answer of a call of this contract's own that undoes itself; what else it reverts with comes through.
  function _undone(bytes memory call_) private returns (bytes memory answer) {
    (, answer) = address(this).call(call_);
    bool answered = bytes32(answer) == ANSWER;
    assembly ("memory-safe") {
      if iszero(answered) {
        revert(add(answer, 32), mload(answer))
      }
      // Behind the mark: its word becomes the length.
      let length := sub(mload(answer), 32)
      answer := add(answer, 32)
      mstore(answer, length)
    }
  }

  /// @dev Ends a call with `answer`, and undoes it.
  function _answer(bytes memory answer) private pure {
    bytes memory marked = bytes.concat(ANSWER, answer);
    assembly ("memory-safe") {
      revert(add(marked, 32), mload(marked))
    }
  }

  function _dealSheet(bytes32 id) private view returns (DealSheet memory sheet) {
    sheet.id = id;
    sheet.deal = market.dealOf(id);
    sheet.defaulted = market.isDefaulted(id);
    if (sheet.deal.weight != 0) sheet.ended = market.defaultOf(sheet.deal.provider, sheet.deal.generation);
  }
}

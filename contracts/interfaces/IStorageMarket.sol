// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketAudits} from "./IMarketAudits.sol";
import {IMarketDeals} from "./IMarketDeals.sol";
import {IMarketSchedule} from "./IMarketSchedule.sol";
import {IMarketStakes} from "./IMarketStakes.sol";
import {IProviderRegistry} from "./IProviderRegistry.sol";
import {IVault} from "./IVault.sol";

/// @title The storage market
/// @notice Deals, audits, rent and slashing. No owner, no upgrade, no pause.
interface IStorageMarket is IMarketSchedule, IMarketStakes, IMarketDeals, IMarketAudits {
  /// @notice The vault at the given address names another market.
  error VaultNotBound(address vault, address market);

  /// @notice Where the tokens are.
  function vault() external view returns (IVault);

  /// @notice Where the providers are registered.
  function registry() external view returns (IProviderRegistry);
}

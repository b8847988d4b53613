// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketAudits} from "./IMarketAudits.sol";
import {IMarketChallenges} from "./IMarketChallenges.sol";
import {IMarketDeals} from "./IMarketDeals.sol";
import {IMarketFees} from "./IMarketFees.sol";
import {IMarketSchedule} from "./IMarketSchedule.sol";
import {IMarketStakes} from "./IMarketStakes.sol";
import {IMarketVouchers} from "./IMarketVouchers.sol";
import {IProviderRegistry} from "./IProviderRegistry.sol";
import {IRewardPool} from "./IRewardPool.sol";
import {IVault} from "./IVault.sol";

/// @title The storage market
/// @notice Deals, audits, rent and slashing. No owner, no upgrade, no pause.
interface IStorageMarket is
  IMarketSchedule,
  IMarketStakes,
  IMarketFees,
  IMarketDeals,
  IMarketChallenges,
  IMarketVouchers,
  IMarketAudits
{
  /// @notice The vault at the given address names another market.
  error VaultNotBound(address vault, address market);

  /// @notice The reward pool at the given address names another market.
  error PoolNotBound(address pool, address market);

  /// @notice Where the tokens are.
  function vault() external view returns (IVault);

  /// @notice Where the providers are registered.
  function registry() external view returns (IProviderRegistry);

  /// @notice Who shares out the fees.
  function rewardPool() external view returns (IRewardPool);
}

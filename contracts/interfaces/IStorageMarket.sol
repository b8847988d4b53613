// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDelegatedVerbs} from "../market/DelegatedVerbs.sol";
import {IMarketAudits} from "./IMarketAudits.sol";
import {IMarketChallenges} from "./IMarketChallenges.sol";
import {IMarketDeals} from "./IMarketDeals.sol";
import {IMarketFees} from "./IMarketFees.sol";
import {IMarketSchedule} from "./IMarketSchedule.sol";
import {IMarketStakes} from "./IMarketStakes.sol";
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
  IDelegatedVerbs,
  IMarketAudits
{
  /// @notice The vault at the given address names another market.
  error VaultNotBound(address vault, address market);

  /// @notice The reward pool at the given address names another market.
  error PoolNotBound(address pool, address market);

  /// @notice The registry at the given address names another market.
  error RegistryNotBound(address registry, address market);

  /// @notice The code at `body` was made for other terms (market, vault, registry, parameters) than this market's.
  error BodyNotBound(address body, bytes32 expected, bytes32 actual);

  /// @notice The code at `body` is not what the deployer expected: its keccak is `actual`.
  error BodyNotExpected(address body, bytes32 expected, bytes32 actual);

  /// @notice Where the tokens are.
  function vault() external view returns (IVault);

  /// @notice Where the providers are registered.
  function registry() external view returns (IProviderRegistry);

  /// @notice Who shares out the fees.
  function rewardPool() external view returns (IRewardPool);

  /// @notice Where the code of `IDelegatedVerbs` is, which the market runs by delegatecall. It cannot be changed.
  function verbBody() external view returns (address);
}

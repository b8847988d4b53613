// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../../contracts/interfaces/IRewardPool.sol";
import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Audits} from "../../../contracts/market/Audits.sol";
import {Challenges} from "../../../contracts/market/Challenges.sol";
import {DealCalls} from "../../../contracts/market/DealCalls.sol";
import {Deals} from "../../../contracts/market/Deals.sol";
import {DealTerms} from "../../../contracts/market/DealTerms.sol";
import {Fees} from "../../../contracts/market/Fees.sol";
import {Schedule} from "../../../contracts/market/Schedule.sol";
import {Stakes} from "../../../contracts/market/Stakes.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";

/// @notice `StorageMarket` put together from the same parts, without R9: it takes parameters at which cheating pays, so that
/// the search for cheats (`scripts/search.ts`) can be seen to find some.
contract UncheckedMarket is DealTerms, Challenges, DealCalls, Fees, Audits, IStorageMarket {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    Parameters memory parameters_
  )
    Schedule(parameters_)
    Stakes(vault_, registry_)
    Fees(rewardPool_)
    DealCalls(address(new Deals(vault_, registry_, parameters_)))
  {
    _parameters = parameters_;
  }

  /// @inheritdoc IStorageMarket
  function vault() external view returns (IVault) {
    return VAULT;
  }

  /// @inheritdoc IStorageMarket
  function registry() external view returns (IProviderRegistry) {
    return REGISTRY;
  }

  /// @inheritdoc IStorageMarket
  function rewardPool() external view returns (IRewardPool) {
    return POOL;
  }
}

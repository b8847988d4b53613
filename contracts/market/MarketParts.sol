// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../interfaces/IRewardPool.sol";
import {IStorageMarket} from "../interfaces/IStorageMarket.sol";
import {IVault} from "../interfaces/IVault.sol";
import {Parameters} from "../MarketTypes.sol";
import {Audits} from "./Audits.sol";
import {Challenges} from "./Challenges.sol";
import {DealCalls} from "./DealCalls.sol";
import {Deals} from "./Deals.sol";
import {DealTerms} from "./DealTerms.sol";
import {Fees} from "./Fees.sol";
import {Schedule} from "./Schedule.sol";
import {Stakes} from "./Stakes.sol";

/// @title All parts of the market, put together but not checked: what is deployed is `StorageMarket`
abstract contract MarketParts is DealTerms, Challenges, DealCalls, Fees, Audits, IStorageMarket {
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

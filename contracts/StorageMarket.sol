// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IStorageMarket} from "./interfaces/IStorageMarket.sol";
import {IRewardPool} from "./interfaces/IRewardPool.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Soundness} from "./libraries/Soundness.sol";
import {Audits} from "./market/Audits.sol";
import {Challenges} from "./market/Challenges.sol";
import {DealCalls} from "./market/DealCalls.sol";
import {Deals} from "./market/Deals.sol";
import {DealTerms} from "./market/DealTerms.sol";
import {Fees} from "./market/Fees.sol";
import {Schedule} from "./market/Schedule.sol";
import {Stakes} from "./market/Stakes.sol";
import {Parameters} from "./MarketTypes.sol";

/// @title The storage market
/// @notice Documented in `IStorageMarket`; each part lives in a file of its own under `market/`.
contract StorageMarket is DealTerms, Challenges, DealCalls, Fees, Audits, IStorageMarket {
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
    Soundness.requireSound(parameters_);
    Soundness.requireHashes(parameters_.windowBlocks);
    address bound = vault_.market();
    require(bound == address(this), VaultNotBound(address(vault_), bound));
    bound = address(rewardPool_.market());
    require(bound == address(this), PoolNotBound(address(rewardPool_), bound));
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

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IRewardPool} from "./interfaces/IRewardPool.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Soundness} from "./libraries/Soundness.sol";
import {MarketParts} from "./market/MarketParts.sol";
import {Parameters} from "./MarketTypes.sol";

/// @title The storage market
/// @notice Documented in `IStorageMarket`; each part lives in a file of its own under `market/`. What is unsound or not bound to
/// this market is refused here.
contract StorageMarket is MarketParts {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    Parameters memory parameters_
  ) MarketParts(vault_, registry_, rewardPool_, parameters_) {
    Soundness.requireSound(parameters_);
    Soundness.requireHashes(parameters_.windowBlocks);
    address bound = vault_.market();
    require(bound == address(this), VaultNotBound(address(vault_), bound));
    bound = address(rewardPool_.market());
    require(bound == address(this), PoolNotBound(address(rewardPool_), bound));
  }
}

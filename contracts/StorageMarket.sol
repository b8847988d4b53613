// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IRewardPool} from "./interfaces/IRewardPool.sol";
import {IVault} from "./interfaces/IVault.sol";
import {IVerbBody} from "./interfaces/IVerbBody.sol";
import {Soundness} from "./libraries/Soundness.sol";
import {MarketParts} from "./market/MarketParts.sol";
import {Parameters} from "./MarketTypes.sol";

/// @title The storage market
/// @notice Documented in `IStorageMarket`; each part lives in a file of its own under `market/`. What is unsound or not bound to
/// this market is refused here.
contract StorageMarket is MarketParts {
  /// @param vault_, registry_, rewardPool_, verbBody_ Deployed before, each with this market's address, computed before it exists.
  /// @param verbBodyHash_ keccak of the code that the deployer means to have at `verbBody_`. The market runs that code as its own.
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    IVerbBody verbBody_,
    bytes32 verbBodyHash_,
    Parameters memory parameters_
  ) MarketParts(vault_, registry_, rewardPool_, verbBody_, parameters_) {
    Soundness.requireSound(parameters_);
    Soundness.requireHashes(parameters_.windowBlocks);
    address bound = vault_.market();
    require(bound == address(this), VaultNotBound(address(vault_), bound));
    bound = registry_.market();
    require(bound == address(this), RegistryNotBound(address(registry_), bound));
    bound = address(rewardPool_.market());
    require(bound == address(this), PoolNotBound(address(rewardPool_), bound));
    address body = address(verbBody_);
    require(body.codehash == verbBodyHash_, BodyNotExpected(body, verbBodyHash_, body.codehash));
    bytes32 terms = keccak256(abi.encode(address(this), vault_, registry_, parameters_));
    bytes32 bodyTerms = verbBody_.terms();
    require(bodyTerms == terms, BodyNotBound(body, terms, bodyTerms));
  }
}

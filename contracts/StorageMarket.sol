// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "./interfaces/IProviderRegistry.sol";
import {IStorageMarket} from "./interfaces/IStorageMarket.sol";
import {IVault} from "./interfaces/IVault.sol";
import {Audits} from "./market/Audits.sol";
import {DealCalls} from "./market/DealCalls.sol";
import {Deals} from "./market/Deals.sol";
import {Schedule} from "./market/Schedule.sol";
import {Stakes} from "./market/Stakes.sol";
import {Parameters} from "./MarketTypes.sol";

/// @title The storage market
/// @notice Documented in `IStorageMarket`; each part lives in a file of its own under `market/`.
contract StorageMarket is DealCalls, Audits, IStorageMarket {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    Parameters memory parameters_
  ) Schedule(parameters_) Stakes(vault_, registry_) DealCalls(address(new Deals(vault_, registry_, parameters_))) {
    address bound = vault_.market();
    require(bound == address(this), VaultNotBound(address(vault_), bound));
  }

  /// @inheritdoc IStorageMarket
  function vault() external view returns (IVault) {
    return VAULT;
  }

  /// @inheritdoc IStorageMarket
  function registry() external view returns (IProviderRegistry) {
    return REGISTRY;
  }
}

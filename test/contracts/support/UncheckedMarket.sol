// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../../contracts/interfaces/IRewardPool.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {IVerbBody} from "../../../contracts/interfaces/IVerbBody.sol";
import {MarketParts} from "../../../contracts/market/MarketParts.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";

/// @notice `StorageMarket` without R9: it takes parameters at which cheating pays, so that the search for cheats
/// (`scripts/search.ts`) can be seen to find some.
contract UncheckedMarket is MarketParts {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    IVerbBody verbBody_,
    Parameters memory parameters_
  ) MarketParts(vault_, registry_, rewardPool_, verbBody_, parameters_) {}
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../../contracts/interfaces/IRewardPool.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {IVerbBody} from "../../../contracts/interfaces/IVerbBody.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";
import {StorageMarket} from "../../../contracts/StorageMarket.sol";
import {ITreeNodes} from "./ITreeNodes.sol";

/// @notice The market, with its sum trees open to inspection.
contract MarketHarness is StorageMarket, ITreeNodes {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    IVerbBody verbBody_,
    bytes32 verbBodyHash_,
    Parameters memory parameters_
  ) StorageMarket(vault_, registry_, rewardPool_, verbBody_, verbBodyHash_, parameters_) {}

  /// @inheritdoc ITreeNodes
  function nodesOf(address provider, uint256 generation) external view returns (uint256[][] memory levels) {
    SumTree.Tree storage tree = _trees[provider][generation];
    levels = new uint256[][](tree.depth);
    uint256 width = tree.slots;
    for (uint256 level; level < levels.length; ++level) {
      width = (width + 3) / 4;
      levels[level] = new uint256[](width);
      for (uint256 i; i < width; ++i) levels[level][i] = tree.nodes[(level << 32) | i];
    }
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketAudits} from "../interfaces/IMarketAudits.sol";
import {ILeafProof} from "../interfaces/ILeafProof.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Deal, ProviderAccount} from "../MarketTypes.sol";
import {Stakes} from "./Stakes.sol";

/// @title The part of the market that draws samples and checks their proofs
abstract contract Audits is Stakes, IMarketAudits {
  using SumTree for SumTree.Tree;

  /// @inheritdoc IMarketAudits
  function prove(address provider, uint256 period, bytes calldata samples) external nonReentrant {
    ProviderAccount storage account = _sync(provider);
    uint256 total = account.total;
    if (total == 0 || account.lastProven == period) return;
    uint256 current = currentPeriod();
    require(period == current, WrongPeriod(period, current));
    uint256 offset = _offset();
    require(offset != 0 && offset < WINDOW_BLOCKS, OutsideWindow(offset, WINDOW_BLOCKS));
    _requireProofs(provider, account.generation, total, recordSeed(period), samples);
    account.lastProven = uint32(period);
    emit Proven(provider, period);
  }

  /// @dev R13: each of the k draws is answered, and nothing but that was sent.
  function _requireProofs(
    address provider,
    uint256 generation,
    uint256 total,
    bytes32 seed,
    bytes calldata samples
  ) private view {
    SumTree.Tree storage tree = _trees[provider][generation];
    mapping(uint256 slot => bytes32) storage dealInSlot = _dealInSlot[provider][generation];
    uint256 cursor;
    for (uint256 i; i < SAMPLES; ++i) {
      uint256 random = uint256(keccak256(abi.encodePacked("audit", seed, provider, i)));
      Deal storage deal = _deals[dealInSlot[tree.draw(uint128(random) % total)]];
      uint256 leaf = (random >> 128) % deal.leaves;
      cursor = LeafProof.verify(samples, cursor, deal.root, deal.sectors, leaf);
    }
    require(cursor == samples.length, ILeafProof.ProofLength(cursor, samples.length));
  }
}

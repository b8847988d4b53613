// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketAudits} from "../interfaces/IMarketAudits.sol";
import {ILeafProof} from "../interfaces/ILeafProof.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {ProviderAccount} from "../MarketTypes.sol";
import {Accounts} from "./Accounts.sol";

/// @title The part of the market that draws samples and checks their proofs
abstract contract Audits is Accounts, IMarketAudits {
  using SumTree for SumTree.Tree;

  /// @inheritdoc IMarketAudits
  function prove(address provider, uint256 period, bytes calldata samples) external nonReentrant {
    ProviderAccount memory account = _sync(provider);
    if (account.total == 0 || account.lastProven == period) return;
    uint256 current = currentPeriod();
    require(period == current, WrongPeriod(period, current));
    uint256 offset = _offset();
    require(offset != 0 && offset < WINDOW_BLOCKS, OutsideWindow(offset, WINDOW_BLOCKS));
    _requireProofs(provider, account, recordSeed(period), samples);
    account.lastProven = uint32(period);
    _save(provider, account);
    emit Proven(provider, period);
  }

  /// @dev R13: each of the k draws is answered, and nothing but that was sent.
  function _requireProofs(
    address provider,
    ProviderAccount memory account,
    bytes32 seed,
    bytes calldata samples
  ) private view {
    SumTree.Tree storage tree = _trees[provider][account.generation];
    mapping(uint256 slot => bytes32) storage dealInSlot = _dealInSlot[provider][account.generation];
    uint256 total = account.total;
    bytes memory preimage = abi.encodePacked("audit", seed, provider, uint256(0));
    uint256 cursor;
    for (uint256 i; i < SAMPLES; ++i) {
      assembly ("memory-safe") {
        // The number of the sample is the last word of the preimage.
        mstore(add(preimage, mload(preimage)), i)
      }
      uint256 random = uint256(keccak256(preimage));
      bytes32 deal = dealInSlot[tree.draw(uint128(random) % total)];
      (bytes32 root, uint256 leaves, uint256 sectors) = _deals[deal].dataSetOf();
      cursor = LeafProof.verify(samples, cursor, root, sectors, (random >> 128) % leaves);
    }
    require(cursor == samples.length, ILeafProof.ProofLength(cursor, samples.length));
  }
}

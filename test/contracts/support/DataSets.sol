// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Small data sets made from a seed, and honest proofs of their leaves: the plain way, with arrays.
library DataSets {
  /// @param seed Leaf j of sector i is keccak(seed, i, j).
  /// @param counts Leaves of each sector.
  struct DataSet {
    bytes32 seed;
    uint256[] counts;
  }

  function make(bytes32 seed, uint256 sectors, uint256 leavesEach) internal pure returns (DataSet memory set) {
    set.seed = seed;
    set.counts = new uint256[](sectors);
    for (uint256 i; i < sectors; ++i) set.counts[i] = leavesEach;
  }

  function totalLeaves(DataSet memory set) internal pure returns (uint256 sum) {
    for (uint256 i; i < set.counts.length; ++i) sum += set.counts[i];
  }

  function rootOf(DataSet memory set) internal pure returns (bytes32) {
    return set.counts.length == 0 ? bytes32(0) : merkleRoot(descriptorsOf(set));
  }

  function leavesOf(DataSet memory set, uint256 sector) internal pure returns (bytes32[] memory leaves) {
    leaves = new bytes32[](set.counts[sector]);
    for (uint256 j; j < leaves.length; ++j) leaves[j] = keccak256(abi.encode(set.seed, sector, j));
  }

  function descriptorsOf(DataSet memory set) internal pure returns (bytes32[] memory descriptors) {
    descriptors = new bytes32[](set.counts.length);
    uint256 start;
    for (uint256 i; i < descriptors.length; ++i) {
      descriptors[i] = descriptorOf(merkleRoot(leavesOf(set, i)), start, set.counts[i]);
      start += set.counts[i];
    }
  }

  function descriptorOf(bytes32 sectorRoot, uint256 start, uint256 count) internal pure returns (bytes32) {
    return sha256(abi.encodePacked(sectorRoot, uint64(start), uint64(count), bytes16(0)));
  }

  /// @notice The sector that leaf number `leaf` lies in, and the number of that sector's first leaf.
  function locate(DataSet memory set, uint256 leaf) internal pure returns (uint256 index, uint256 start) {
    while (leaf >= start + set.counts[index]) start += set.counts[index++];
  }

  /// @notice The bytes of an honest sample.
  function prove(DataSet memory set, uint256 leaf) internal pure returns (bytes memory) {
    (uint256 index, uint256 start) = locate(set, leaf);
    bytes32[] memory leaves = leavesOf(set, index);
    return
      abi.encodePacked(
        head(leaves[leaf - start], index, start, leaves.length),
        merklePath(leaves, leaf - start),
        merklePath(descriptorsOf(set), index)
      );
  }

  function head(bytes32 leaf, uint256 index, uint256 start, uint256 count) internal pure returns (bytes memory) {
    return abi.encodePacked(leaf, uint24(index), uint40(start), uint24(count));
  }

  function merkleRoot(bytes32[] memory leaves) internal pure returns (bytes32) {
    bytes32[] memory level = leaves;
    for (uint256 height; level.length > 1; ++height) level = _up(level, height);
    return level[0];
  }

  /// @notice Siblings of leaf `position`, bottom up.
  function merklePath(bytes32[] memory leaves, uint256 position) internal pure returns (bytes32[] memory path) {
    bytes32[] memory level = leaves;
    path = new bytes32[](depthOf(leaves.length));
    for (uint256 height; height < path.length; ++height) {
      uint256 sibling = position ^ 1;
      path[height] = sibling < level.length ? level[sibling] : zeroHash(height);
      level = _up(level, height);
      position >>= 1;
    }
  }

  function depthOf(uint256 count) internal pure returns (uint256 depth) {
    while (1 << depth < count) ++depth;
  }

  function zeroHash(uint256 height) internal pure returns (bytes32 hash) {
    for (uint256 i; i < height; ++i) hash = sha256(abi.encodePacked(hash, hash));
  }

  function _up(bytes32[] memory level, uint256 height) private pure returns (bytes32[] memory parents) {
    parents = new bytes32[]((level.length + 1) / 2);
    for (uint256 i; i < parents.length; ++i) {
      bytes32 right = 2 * i + 1 < level.length ? level[2 * i + 1] : zeroHash(height);
      parents[i] = sha256(abi.encodePacked(level[2 * i], right));
    }
  }
}

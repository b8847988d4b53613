// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "../interfaces/ILeafProof.sol";

/// @title Proof that a leaf lies at a position of a data set (R13)
/// @notice The bytes of one sample, big endian:
///
///   leaf 32 | sector index 3 | start 5 | count 3 | sector path 32·depth(count) | descriptor path 32·depth(sectors)
///
/// Both paths go bottom up, and `depth(n) = ⌈log2 n⌉`: the prover chooses neither their lengths nor, since each level puts
/// the node left or right by its position, their order. Parent: `sha256(left ‖ right)`. Descriptor of a sector:
/// `sha256(sectorRoot ‖ uint64 start ‖ uint64 count ‖ zeros to 64 bytes)`.
library LeafProof {
  /// @dev Most leaves in a sector, 4 MiB.
  uint256 internal constant SECTOR_LEAVES = 1 << 17;
  /// @dev Bytes before the paths.
  uint256 private constant HEAD_BYTES = 43;

  /// @notice Checks the sample that begins at byte `cursor` of `samples`.
  /// @param root Root of the data set.
  /// @param sectors Sectors in the data set.
  /// @param leaf Number of the drawn leaf in the data set.
  /// @return next The byte after this sample.
  function verify(
    bytes calldata samples,
    uint256 cursor,
    bytes32 root,
    uint256 sectors,
    uint256 leaf
  ) internal view returns (uint256 next) {
    next = cursor + HEAD_BYTES;
    if (next > samples.length) revert ILeafProof.ProofLength(next, samples.length);
    (bytes32 node, uint256 head) = _head(samples, cursor);
    _requireInside(head, sectors, leaf);
    uint256 start = uint40(head >> 24);
    uint256 count = uint24(head);
    (node, next) = _climb(samples, next, node, leaf - start, count);
    node = _hash(node, bytes32((start << 192) | (count << 128)));
    (node, next) = _climb(samples, next, node, head >> 64, sectors);
    if (next > samples.length) revert ILeafProof.ProofLength(next, samples.length);
    if (node != root) revert ILeafProof.WrongRoot(root, node);
  }

  /// @dev The leaf, and sector index, start and count in one word: index << 64 | start << 24 | count.
  function _head(bytes calldata samples, uint256 cursor) private pure returns (bytes32 leaf, uint256 head) {
    assembly ("memory-safe") {
      let at := add(samples.offset, cursor)
      leaf := calldataload(at)
      head := shr(168, calldataload(add(at, 32)))
    }
  }

  /// @dev The sector can exist, and `leaf` is in it.
  function _requireInside(uint256 head, uint256 sectors, uint256 leaf) private pure {
    unchecked {
      uint256 index = head >> 64;
      uint256 start = uint40(head >> 24);
      uint256 count = uint24(head);
      if (count == 0 || count > SECTOR_LEAVES) revert ILeafProof.SectorCountOutOfRange(count);
      if (index >= sectors) revert ILeafProof.SectorIndexOutOfRange(index, sectors);
      if (leaf < start || leaf >= start + count) revert ILeafProof.LeafOutsideSector(leaf, start, count);
    }
  }

  /// @dev SHA-256 of two words. The precompile fails only for want of gas, and then the rest, a 64th of less than 84, does not
  /// reach the next instruction: its success needs no check, here and in `_climb`.
  function _hash(bytes32 left, bytes32 right) private view returns (bytes32 hash) {
    assembly ("memory-safe") {
      mstore(0, left)
      mstore(32, right)
      pop(staticcall(gas(), 2, 0, 64, 0, 32))
      hash := mload(0)
    }
  }

  /// @dev The root above `node` at `position` of `count`, with the siblings from byte `cursor` of `samples` on, and the byte
  /// after them. Whether that many were sent is for the caller to ask.
  function _climb(
    bytes calldata samples,
    uint256 cursor,
    bytes32 node,
    uint256 position,
    uint256 count
  ) private view returns (bytes32 root, uint256 next) {
    assembly ("memory-safe") {
      // Scratch space 0x00…0x3f is the pair. One word walks up, a bit to the right for each level. Its upper half begins as
      // count − 1, which has as many binary digits as there are levels. Its lower half begins as the position, five bits to the
      // left: bit 5 is the offset of the node's half of the pair, and its complement that of the sibling's. What falls from the
      // upper half into the lower one stays far above it.
      let walk := or(shl(128, sub(count, 1)), shl(5, position))
      let path := add(samples.offset, cursor)
      mstore(and(walk, 32), node)
      for {} shr(128, walk) {
        path := add(path, 32)
      } {
        mstore(and(not(walk), 32), calldataload(path))
        walk := shr(1, walk)
        pop(staticcall(gas(), 2, 0, 64, and(walk, 32), 32))
      }
      root := mload(and(walk, 32))
      next := sub(path, samples.offset)
    }
  }
}

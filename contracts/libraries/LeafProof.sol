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
    next = _advance(samples, cursor, HEAD_BYTES);
    (bytes32 node, uint256 head) = _head(samples, cursor);
    _requireInside(head, sectors, leaf);
    uint256 start = uint40(head >> 24);
    uint256 count = uint24(head);

    cursor = next;
    next = _advance(samples, cursor, depthOf(count) << 5);
    node = _climb(samples, cursor, next, node, leaf - start);
    node = _hash(node, bytes32((start << 192) | (count << 128)));

    cursor = next;
    next = _advance(samples, cursor, depthOf(sectors) << 5);
    node = _climb(samples, cursor, next, node, head >> 64);
    if (node != root) revert ILeafProof.WrongRoot(root, node);
  }

  /// @notice Levels above `count` leaves, ⌈log2 count⌉, for 1 … 2^32.
  function depthOf(uint256 count) internal pure returns (uint256 depth) {
    unchecked {
      uint256 last = count - 1;
      if (last > 0xffff) (depth, last) = (16, last >> 16);
      if (last > 0xff) (depth, last) = (depth + 8, last >> 8);
      if (last > 0xf) (depth, last) = (depth + 4, last >> 4);
      if (last > 3) (depth, last) = (depth + 2, last >> 2);
      return depth + (last > 1 ? 2 : last);
    }
  }

  /// @dev The byte after the next `size`, which must all have been sent.
  function _advance(bytes calldata samples, uint256 cursor, uint256 size) private pure returns (uint256 next) {
    unchecked {
      next = cursor + size;
    }
    if (next > samples.length) revert ILeafProof.ProofLength(next, samples.length);
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

  /// @dev SHA-256 of two words.
  function _hash(bytes32 left, bytes32 right) private view returns (bytes32 hash) {
    bool ok;
    assembly ("memory-safe") {
      mstore(0, left)
      mstore(32, right)
      ok := staticcall(gas(), 2, 0, 64, 0, 32)
      hash := mload(0)
    }
    assert(ok);
  }

  /// @dev The root above `node` at `position`, with the siblings from byte `from` to byte `to` of `samples`.
  function _climb(
    bytes calldata samples,
    uint256 from,
    uint256 to,
    bytes32 node,
    uint256 position
  ) private view returns (bytes32 root) {
    bool ok = true;
    assembly ("memory-safe") {
      // Scratch space 0x00…0x3f is the pair. Kept five bits to the left, the lowest bit of the node's position is the offset of
      // its half, and of the sibling's the other one.
      position := shl(5, position)
      let half := and(position, 32)
      mstore(half, node)
      let path := add(samples.offset, from)
      for {
        let end := add(samples.offset, to)
      } lt(path, end) {
        path := add(path, 32)
      } {
        mstore(xor(half, 32), calldataload(path))
        position := shr(1, position)
        half := and(position, 32)
        ok := and(ok, staticcall(gas(), 2, 0, 64, half, 32))
      }
      root := mload(half)
    }
    assert(ok);
  }
}

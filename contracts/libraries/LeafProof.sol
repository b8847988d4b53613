// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
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
    require(next <= samples.length, ILeafProof.ProofLength(next, samples.length));
    bytes32 node;
    uint256 head;
    assembly ("memory-safe") {
      let at := add(samples.offset, cursor)
      node := calldataload(at)
      head := shr(168, calldataload(add(at, 32)))
    }
    uint256 index = head >> 64;
    uint256 start = uint40(head >> 24);
    uint256 count = uint24(head);
    require(count != 0 && count <= SECTOR_LEAVES, ILeafProof.SectorCountOutOfRange(count));
    require(index < sectors, ILeafProof.SectorIndexOutOfRange(index, sectors));
    require(start <= leaf && leaf < start + count, ILeafProof.LeafOutsideSector(leaf, start, count));

    uint256 sectorDepth = depthOf(count);
    uint256 descriptorDepth = depthOf(sectors);
    uint256 paths = next;
    next += (sectorDepth + descriptorDepth) << 5;
    require(next <= samples.length, ILeafProof.ProofLength(next, samples.length));

    uint256 path;
    assembly ("memory-safe") {
      path := add(samples.offset, paths)
    }
    node = _climb(node, leaf - start, sectorDepth, path);
    node = sha256(abi.encodePacked(node, uint64(start), uint64(count), bytes16(0)));
    node = _climb(node, index, descriptorDepth, path + (sectorDepth << 5));
    require(node == root, ILeafProof.WrongRoot(root, node));
  }

  /// @notice Levels above `count` leaves, ⌈log2 count⌉.
  function depthOf(uint256 count) internal pure returns (uint256) {
    return Math.log2(count, Math.Rounding.Ceil);
  }

  /// @dev Root above `node` at `position`, `depth` levels up, with the siblings at calldata byte `path`.
  function _climb(bytes32 node, uint256 position, uint256 depth, uint256 path) private view returns (bytes32 result) {
    bool ok = true;
    assembly ("memory-safe") {
      // Scratch space 0x00…0x3f is the pair: the node's half is picked by the lowest bit of its position.
      let half := shl(5, and(position, 1))
      mstore(half, node)
      for {
        let end := add(path, shl(5, depth))
      } lt(path, end) {
        path := add(path, 32)
      } {
        calldatacopy(xor(half, 32), path, 32)
        position := shr(1, position)
        half := shl(5, and(position, 1))
        ok := and(ok, staticcall(gas(), 2, 0, 64, half, 32))
      }
      result := mload(half)
    }
    assert(ok);
  }
}

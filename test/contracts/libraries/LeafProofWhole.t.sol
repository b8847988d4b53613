// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LeafProof} from "../../../contracts/libraries/LeafProof.sol";
import {Checks} from "../support/Checks.sol";
import {DataSets} from "../support/DataSets.sol";

/// @notice Proofs of leaves beside a fold written out, whole: up to 64 leaves in a sector and 16 sectors.
/// @dev What lies beside a path may be anything, so no tree is built: siblings are words of their own, and the root is what folding
/// them by the bits of the position gives.
contract LeafProofWholeTest is Checks {
  uint256 private constant MOST_LEAVES = 64;
  uint256 private constant MOST_SECTORS = 16;
  uint256 private constant HEAD = 43;
  bytes32 private constant LEAF = keccak256("leaf");

  function verify(bytes calldata samples, bytes32 root, uint256 sectors, uint256 leaf) external view returns (uint256) {
    return LeafProof.verify(samples, 0, root, sectors, leaf);
  }

  /// @dev Every count, every number of sectors and every leaf of the data set they make, 282,880 in all.
  function test_verify_succeedsForEveryCountSectorsAndLeaf() public view {
    for (uint256 count = 1; count <= MOST_LEAVES; ++count) {
      for (uint256 position; position < count; ++position) this.requireEverySector(count, position);
    }
  }

  /// @dev Every bit of a proof. Counts and sectors at both ends of each depth, since their depths alone say how long the paths are
  /// and what each bit is for; of each pair a leaf in the middle and the last one. With all counts and leaves it would be 800 million
  /// proofs.
  function test_verify_failsIfAnyBitIsChanged() public view {
    uint256[13] memory counts = [uint256(1), 2, 3, 4, 5, 8, 9, 16, 17, 32, 33, 63, 64];
    uint256[7] memory sectors = [uint256(1), 2, 3, 4, 5, 9, 16];
    for (uint256 i; i < counts.length; ++i) {
      for (uint256 j; j < sectors.length; ++j) {
        uint256 leaves = counts[i] * sectors[j];
        this.requireNoOtherBit(counts[i], sectors[j], (uint256(keccak256(abi.encode(leaves))) % leaves));
        this.requireNoOtherBit(counts[i], sectors[j], leaves - 1);
      }
    }
  }

  /// @dev A call of its own gives its memory back, here and below: of all together there would be gigabytes.
  function requireEverySector(uint256 count, uint256 position) external view {
    bytes32[] memory sectorPath = words(DataSets.depthOf(count), "sector");
    bytes32 sectorRoot = fold(LEAF, sectorPath, position);
    for (uint256 sectors = 1; sectors <= MOST_SECTORS; ++sectors) {
      bytes32[] memory path = words(DataSets.depthOf(sectors), "descriptor");
      for (uint256 index; index < sectors; ++index) {
        bytes memory sample = abi.encodePacked(DataSets.head(LEAF, index, index * count, count), sectorPath, path);
        bytes32 root = fold(DataSets.descriptorOf(sectorRoot, index * count, count), path, index);
        uint256 next = this.verify(sample, root, sectors, index * count + position);
        if (next != sample.length) checkEq(next, sample.length, "the cursor ends where the sample does");
      }
    }
  }

  function requireNoOtherBit(uint256 count, uint256 sectors, uint256 leaf) external view {
    bytes32[] memory sectorPath = words(DataSets.depthOf(count), "sector");
    bytes32[] memory path = words(DataSets.depthOf(sectors), "descriptor");
    uint256 index = leaf / count;
    bytes memory sample = abi.encodePacked(DataSets.head(LEAF, index, index * count, count), sectorPath, path);
    bytes32 root = DataSets.descriptorOf(fold(LEAF, sectorPath, leaf % count), index * count, count);
    root = fold(root, path, index);
    bytes memory encoded = abi.encodeCall(this.verify, (sample, root, sectors, leaf));
    check(succeeds(encoded), "as it is, it holds");
    // Selector, four words of arguments, and the length of the sample come first.
    uint256 from = encoded.length - ((sample.length + 31) / 32) * 32;
    for (uint256 bit; bit < 8 * sample.length; ++bit) {
      bytes1 flip = bytes1(uint8(1 << (bit % 8)));
      encoded[from + bit / 8] ^= flip;
      if (succeeds(encoded)) check(false, string.concat("another bit is refused: ", vm.toString(bit)));
      encoded[from + bit / 8] ^= flip;
    }
    check(succeeds(encoded), "each was changed back");
  }

  function succeeds(bytes memory encoded) private view returns (bool success) {
    address self = address(this);
    assembly ("memory-safe") {
      success := staticcall(gas(), self, add(encoded, 32), mload(encoded), 0, 0)
    }
  }

  function words(uint256 count, string memory kind) private pure returns (bytes32[] memory some) {
    some = new bytes32[](count);
    for (uint256 i; i < count; ++i) some[i] = keccak256(abi.encode(kind, i));
  }

  function fold(bytes32 node, bytes32[] memory path, uint256 position) private pure returns (bytes32) {
    for (uint256 height; height < path.length; ++height) {
      bool isRight = (position >> height) & 1 == 1;
      node = isRight ? sha256(bytes.concat(path[height], node)) : sha256(bytes.concat(node, path[height]));
    }
    return node;
  }
}

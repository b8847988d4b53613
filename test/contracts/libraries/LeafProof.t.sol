// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "../../../contracts/interfaces/ILeafProof.sol";
import {LeafProof} from "../../../contracts/libraries/LeafProof.sol";
import {Checks} from "../support/Checks.sol";
import {DataSets} from "../support/DataSets.sol";

contract LeafProofHarness {
  function verify(
    bytes calldata samples,
    uint256 cursor,
    bytes32 root,
    uint256 sectors,
    uint256 leaf
  ) external view returns (uint256) {
    return LeafProof.verify(samples, cursor, root, sectors, leaf);
  }
}

contract LeafProofTest is Checks {
  using DataSets for DataSets.DataSet;

  uint256 private constant HEAD = 43;

  LeafProofHarness private harness = new LeafProofHarness();

  function test_verify_succeedsIfHonest(bytes32 seed, uint256 sectors, uint256 salt) public view {
    DataSets.DataSet memory set = unevenSet(seed, bound(sectors, 1, 9), salt);
    uint256 leaf = salt % set.totalLeaves();
    bytes memory sample = set.prove(leaf);
    uint256 next = harness.verify(sample, 0, set.rootOf(), set.counts.length, leaf);
    checkEq(next, sample.length, "the cursor ends where the sample does");
  }

  function test_verify_succeedsIfEveryLeafOfASetIsAsked() public view {
    DataSets.DataSet memory set = unevenSet("every", 5, 7);
    bytes32 root = set.rootOf();
    for (uint256 leaf; leaf < set.totalLeaves(); ++leaf) {
      bytes memory sample = set.prove(leaf);
      checkEq(harness.verify(sample, 0, root, 5, leaf), sample.length, "each leaf has a proof");
    }
  }

  function test_verify_succeedsIfOneLeafIsTheWholeSet() public view {
    DataSets.DataSet memory set = DataSets.make("single", 1, 1);
    bytes memory sample = set.prove(0);
    checkEq(sample.length, HEAD, "no path at all");
    checkEq(harness.verify(sample, 0, set.rootOf(), 1, 0), HEAD, "the descriptor is the root");
  }

  function test_verify_succeedsIfFullSector() public view {
    bytes32 node = keccak256("same leaf everywhere");
    bytes memory path;
    for (uint256 i; i < 17; ++i) {
      path = bytes.concat(path, node);
      node = sha256(bytes.concat(node, node));
    }
    bytes32 root = DataSets.descriptorOf(node, 0, 1 << 17);
    bytes memory sample = bytes.concat(DataSets.head(keccak256("same leaf everywhere"), 0, 0, 1 << 17), path);
    checkEq(harness.verify(sample, 0, root, 1, (1 << 17) - 1), sample.length, "4 MiB are 17 levels");
  }

  function test_verify_failsIfAnotherLeafWasDrawn(bytes32 seed, uint256 salt) public {
    DataSets.DataSet memory set = unevenSet(seed, 4, salt);
    bytes32 root = set.rootOf();
    uint256 total = set.totalLeaves();
    uint256 leaf = salt % total;
    bytes memory sample = set.prove(leaf);
    for (uint256 other; other < total; ++other) {
      if (other == leaf) continue;
      vm.expectRevert();
      harness.verify(sample, 0, root, 4, other);
    }
  }

  function test_verify_failsIfSectorIndexIsWrong(bytes32 seed, uint256 salt) public {
    DataSets.DataSet memory set = unevenSet(seed, 6, salt);
    bytes32 root = set.rootOf();
    uint256 leaf = salt % set.totalLeaves();
    (uint256 index, ) = set.locate(leaf);
    for (uint256 wrong; wrong < 8; ++wrong) {
      if (wrong == index) continue;
      bytes memory sample = set.prove(leaf);
      sample[34] = bytes1(uint8(wrong));
      vm.expectRevert();
      harness.verify(sample, 0, root, 6, leaf);
    }
  }

  function test_verify_failsIfIndexIsNoSector() public {
    DataSets.DataSet memory set = DataSets.make("index", 3, 2);
    bytes memory sample = set.prove(0);
    bytes32 root = set.rootOf();
    sample[34] = bytes1(uint8(3));
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.SectorIndexOutOfRange.selector, 3, 3));
    harness.verify(sample, 0, root, 3, 0);
  }

  function test_verify_failsIfAnyByteIsChanged(bytes32 seed, uint256 salt, uint256 position, uint8 change) public {
    vm.assume(change != 0);
    DataSets.DataSet memory set = unevenSet(seed, 3, salt);
    bytes32 root = set.rootOf();
    uint256 leaf = salt % set.totalLeaves();
    bytes memory sample = set.prove(leaf);
    position = position % sample.length;
    sample[position] ^= bytes1(change);
    vm.expectRevert();
    harness.verify(sample, 0, root, 3, leaf);
  }

  function test_verify_failsIfTooShortByAnyLength() public {
    DataSets.DataSet memory set = DataSets.make("short", 3, 5);
    bytes memory sample = set.prove(7);
    bytes32 root = set.rootOf();
    for (uint256 length; length < sample.length; ++length) {
      vm.expectPartialRevert(ILeafProof.ProofLength.selector);
      harness.verify(cut(sample, length), 0, root, 3, 7);
    }
  }

  function test_verify_failsIfSiblingsAreSwapped() public {
    DataSets.DataSet memory set = DataSets.make("swap", 4, 8);
    bytes32 root = set.rootOf();
    bytes memory sample = set.prove(13);
    uint256 words = (sample.length - HEAD) / 32;
    for (uint256 a; a < words; ++a) {
      for (uint256 b = a + 1; b < words; ++b) {
        bytes memory swapped = bytes.concat(sample);
        swapWords(swapped, a, b);
        vm.expectPartialRevert(ILeafProof.WrongRoot.selector);
        harness.verify(swapped, 0, root, 4, 13);
      }
    }
  }

  function test_verify_failsIfNeighbourIsPassedAsTheLeaf() public {
    DataSets.DataSet memory set = DataSets.make("neighbour", 1, 2);
    bytes32[] memory leaves = set.leavesOf(0);
    bytes memory sample = abi.encodePacked(DataSets.head(leaves[1], 0, 0, 2), leaves[0]);
    bytes32 root = set.rootOf();
    vm.expectPartialRevert(ILeafProof.WrongRoot.selector);
    harness.verify(sample, 0, root, 1, 0);
  }

  function test_verify_failsIfNodeIsPassedAsALeaf() public {
    DataSets.DataSet memory set = DataSets.make("node", 1, 4);
    bytes32[] memory leaves = set.leavesOf(0);
    bytes32 node = sha256(abi.encodePacked(leaves[0], leaves[1]));
    bytes32 sibling = sha256(abi.encodePacked(leaves[2], leaves[3]));
    bytes memory sample = abi.encodePacked(DataSets.head(node, 0, 0, 2), sibling);
    bytes32 root = set.rootOf();
    vm.expectPartialRevert(ILeafProof.WrongRoot.selector);
    harness.verify(sample, 0, root, 1, 0);
  }

  function test_verify_failsIfSectorRootIsPassedAsALeaf() public {
    DataSets.DataSet memory set = DataSets.make("root as leaf", 1, 4);
    bytes memory sample = DataSets.head(DataSets.merkleRoot(set.leavesOf(0)), 0, 0, 1);
    bytes32 root = set.rootOf();
    vm.expectPartialRevert(ILeafProof.WrongRoot.selector);
    harness.verify(sample, 0, root, 1, 0);
  }

  function test_verify_failsIfSectorCannotExist() public {
    bytes32 root = keccak256("any");
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.SectorCountOutOfRange.selector, 0));
    harness.verify(DataSets.head(root, 0, 0, 0), 0, root, 1, 0);
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.SectorCountOutOfRange.selector, (1 << 17) + 1));
    harness.verify(DataSets.head(root, 0, 0, (1 << 17) + 1), 0, root, 1, 0);
  }

  function test_verify_failsIfLeafIsOutsideTheSector(uint256 start, uint256 count, uint256 leaf) public {
    start = bound(start, 0, type(uint40).max);
    count = bound(count, 1, 1 << 17);
    leaf = bound(leaf, 0, type(uint40).max);
    vm.assume(leaf < start || leaf >= start + count);
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.LeafOutsideSector.selector, leaf, start, count));
    harness.verify(DataSets.head(0, 0, start, count), 0, 0, 1, leaf);
  }

  function test_verify_failsIfSetHasNoSector() public {
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.SectorIndexOutOfRange.selector, 0, 0));
    harness.verify(DataSets.head(0, 0, 0, 1), 0, 0, 0, 0);
  }

  function test_verify_succeedsIfCountsAreAtAndAroundPowersOfTwo(bytes32 seed, uint256 position) public view {
    for (uint256 i; i <= 24; ++i) {
      uint256 power = 1 << i;
      if (i <= 17) checkLevels(seed, position, power, 1);
      if (i < 17) checkLevels(seed, position, power + 1, 1);
      checkLevels(seed, position, 1, power);
      if (i < 24) checkLevels(seed, position, 1, power + 1);
    }
  }

  function test_verify_succeedsIfCountsAreAnyInRange(
    bytes32 seed,
    uint256 position,
    uint256 count,
    uint256 sectors
  ) public view {
    checkLevels(seed, position, bound(count, 1, 1 << 17), bound(sectors, 1, type(uint24).max));
  }

  /// @dev A sample with as many siblings as the plain way counts levels for `count` leaves and `sectors` sectors, all made up.
  function checkLevels(bytes32 seed, uint256 position, uint256 count, uint256 sectors) private view {
    (uint256 leaf, uint256 index) = (position % count, position % (sectors > 1 << 24 ? 1 << 24 : sectors));
    bytes32[] memory path = siblings(seed, DataSets.depthOf(count));
    bytes32[] memory upperPath = siblings(~seed, DataSets.depthOf(sectors));
    bytes32 root = climb(DataSets.descriptorOf(climb(seed, leaf, path), 0, count), index, upperPath);
    bytes memory sample = abi.encodePacked(DataSets.head(seed, index, 0, count), path, upperPath);
    checkEq(harness.verify(sample, 0, root, sectors, leaf), sample.length, "a sibling for each level");
  }

  function siblings(bytes32 seed, uint256 depth) private pure returns (bytes32[] memory path) {
    path = new bytes32[](depth);
    for (uint256 i; i < depth; ++i) path[i] = keccak256(abi.encode(seed, i));
  }

  function climb(bytes32 node, uint256 position, bytes32[] memory path) private pure returns (bytes32) {
    for (uint256 i; i < path.length; ++i) {
      bool isRight = (position >> i) % 2 == 1;
      node = sha256(isRight ? abi.encodePacked(path[i], node) : abi.encodePacked(node, path[i]));
    }
    return node;
  }

  function unevenSet(bytes32 seed, uint256 sectors, uint256 salt) private pure returns (DataSets.DataSet memory set) {
    set = DataSets.make(seed, sectors, 1);
    for (uint256 i; i < sectors; ++i) set.counts[i] = 1 + (uint256(keccak256(abi.encode(salt, i))) % 9);
  }

  function cut(bytes memory data, uint256 length) private pure returns (bytes memory shorter) {
    shorter = new bytes(length);
    for (uint256 i; i < length; ++i) shorter[i] = data[i];
  }

  function swapWords(bytes memory data, uint256 a, uint256 b) private pure {
    for (uint256 i; i < 32; ++i) {
      (uint256 left, uint256 right) = (HEAD + 32 * a + i, HEAD + 32 * b + i);
      (data[left], data[right]) = (data[right], data[left]);
    }
  }
}

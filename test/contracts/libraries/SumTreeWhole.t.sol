// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Checks} from "../support/Checks.sol";

/// @notice The sum tree beside an array, whole: every target of every tree that is built here.
contract SumTreeWholeTest is Checks {
  using SumTree for SumTree.Tree;

  uint256 private constant MOST_SLOTS = 64;

  mapping(uint256 number => SumTree.Tree) private trees;
  uint256 private made;

  /// @dev One tree that grows: with each slot it is compared, so that every number of slots has its turn, in each of these patterns
  /// of weights (the same in all, rising, falling, every other zero, any).
  function test_draw_succeedsForEveryTargetOfUpTo64Slots() public {
    for (uint256 pattern; pattern < 5; ++pattern) {
      SumTree.Tree storage tree = trees[made++];
      uint256[] memory weights = new uint256[](MOST_SLOTS);
      for (uint256 slot; slot < MOST_SLOTS; ++slot) {
        weights[slot] = weightOf(pattern, slot);
        checkEq(tree.take(), slot, "the next slot");
        tree.update(slot, 0, weights[slot]);
        compare(tree, weights, slot + 1);
      }
    }
  }

  /// @dev And one that shrinks, a slot at a time in an order that leaves holes, and is filled again from the last hole on.
  function test_draw_succeedsForEveryTargetWhileSlotsGoAndComeBack() public {
    SumTree.Tree storage tree = trees[made++];
    uint256[] memory weights = new uint256[](MOST_SLOTS);
    for (uint256 slot; slot < MOST_SLOTS; ++slot) {
      weights[slot] = weightOf(4, slot);
      tree.take();
      tree.update(slot, 0, weights[slot]);
    }
    // 37 has no divisor in common with 64: every slot has its turn once.
    for (uint256 i; i < MOST_SLOTS; ++i) {
      uint256 slot = (37 * i) % MOST_SLOTS;
      tree.update(slot, weights[slot], 0);
      tree.free(slot);
      weights[slot] = 0;
      compare(tree, weights, MOST_SLOTS);
    }
    for (uint256 i = MOST_SLOTS; i != 0; --i) {
      uint256 slot = (37 * (i - 1)) % MOST_SLOTS;
      checkEq(tree.take(), slot, "freed last, taken first");
      weights[slot] = 1 + (slot % 3);
      tree.update(slot, 0, weights[slot]);
      compare(tree, weights, MOST_SLOTS);
    }
  }

  /// @dev All trees of up to five slots with weights from 0 to 3: two levels, and every way that zeros can lie.
  function test_draw_succeedsForEveryTargetOfAllSmallTrees() public {
    for (uint256 slots = 1; slots <= 5; ++slots) {
      for (uint256 digits; digits < 4 ** slots; ++digits) {
        SumTree.Tree storage tree = trees[made++];
        uint256[] memory weights = new uint256[](slots);
        for (uint256 slot; slot < slots; ++slot) {
          weights[slot] = (digits >> (2 * slot)) & 3;
          tree.take();
          tree.update(slot, 0, weights[slot]);
        }
        compare(tree, weights, slots);
      }
    }
  }

  function weightOf(uint256 pattern, uint256 slot) private pure returns (uint256) {
    if (pattern == 0) return 1;
    if (pattern == 1) return slot / 8 + 1;
    if (pattern == 2) return (MOST_SLOTS - slot) / 8;
    if (pattern == 3) return (slot & 1) * 2;
    return uint256(keccak256(abi.encode(slot))) % 5;
  }

  /// @dev Laid end to end, the weights are the targets.
  function compare(SumTree.Tree storage tree, uint256[] memory weights, uint256 slots) private view {
    uint256 target;
    for (uint256 slot; slot < slots; ++slot) {
      if (tree.weightAt(slot) != weights[slot]) checkEq(tree.weightAt(slot), weights[slot], "a slot's weight");
      for (uint256 i; i < weights[slot]; ++i) {
        uint256 drawn = tree.draw(target++);
        if (drawn != slot) checkEq(drawn, slot, "the slot in which the target falls");
      }
    }
    checkEq(tree.total(), target, "the sum of all weights");
  }
}

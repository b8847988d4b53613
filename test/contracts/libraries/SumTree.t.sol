// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Checks} from "../support/Checks.sol";

contract SumTreeTest is Checks {
  using SumTree for SumTree.Tree;

  SumTree.Tree private tree;
  uint256[] private weights;
  uint256[] private freed;

  function test_draw_succeedsIfEqualToTheNaiveWay(uint256 seed, uint8 steps) public {
    for (uint256 i; i < 20 + uint256(steps) / 4; ++i) step(uint256(keccak256(abi.encode(seed, i))));
    compare(seed);
  }

  function test_take_succeedsIfDepthGrows() public {
    uint256 sum;
    for (uint256 i; i < 70; ++i) {
      put(i + 1);
      sum += i + 1;
      checkEq(tree.total(), sum, "the top holds the sum of all");
    }
    checkEq(tree.depth, 4, "70 slots need four levels of four");
    checkEq(tree.nodes[uint256(tree.depth) << 32], 0, "nothing lies above the top");
    for (uint256 target; target < sum; ++target) checkEq(tree.draw(target), naive(target), "every target");
  }

  function test_take_succeedsIfFreedSlotsComeBackLastFirst() public {
    for (uint256 i; i < 6; ++i) put(10);
    drop(1);
    drop(4);
    drop(2);
    checkEq(tree.take(), 2, "freed last");
    checkEq(tree.take(), 4, "freed before");
    checkEq(tree.take(), 1, "freed first");
    checkEq(tree.take(), 6, "none is free: a new one");
    checkEq(tree.slots, 7, "seven slots were ever used");
  }

  function test_update_succeedsIfTheSumFillsSixtyFourBits() public {
    put(type(uint64).max - 3);
    put(1);
    put(1);
    put(1);
    put(0);
    checkEq(tree.total(), type(uint64).max, "the full range");
    checkEq(tree.draw(type(uint64).max - 1), 3, "its last unit");
    tree.update(0, type(uint64).max - 3, 1);
    checkEq(tree.total(), 4, "nothing was borrowed from a neighbour");
    for (uint256 i; i < 4; ++i) checkEq(tree.weightAt(i), 1, "each lane is whole");
  }

  function test_draw_succeedsIfBoundariesBelongToTheNextSlot() public {
    put(3);
    put(0);
    put(2);
    checkEq(tree.draw(0), 0, "the first unit");
    checkEq(tree.draw(2), 0, "the last of the first");
    checkEq(tree.draw(3), 2, "an empty slot is never drawn");
    checkEq(tree.draw(4), 2, "the last unit of all");
  }

  function step(uint256 random) private {
    uint256 weight = uint64(random >> 192) >> 8;
    uint256 kind = random % 3;
    if (kind == 0 || weights.length == 0) return put(weight);
    uint256 slot = (random >> 8) % weights.length;
    if (isFree(slot)) return put(weight);
    if (kind == 1) return drop(slot);
    tree.update(slot, weights[slot], weight);
    weights[slot] = weight;
  }

  function put(uint256 weight) private {
    uint256 slot = tree.take();
    if (freed.length != 0) {
      checkEq(slot, freed[freed.length - 1], "the slot freed last is used first");
      freed.pop();
    } else {
      checkEq(slot, weights.length, "or else a new one");
      weights.push();
    }
    checkEq(tree.weightAt(slot), 0, "a taken slot weighs nothing");
    tree.update(slot, 0, weight);
    weights[slot] = weight;
  }

  function drop(uint256 slot) private {
    tree.update(slot, weights[slot], 0);
    tree.free(slot);
    weights[slot] = 0;
    freed.push(slot);
  }

  function compare(uint256 seed) private view {
    uint256 sum;
    for (uint256 i; i < weights.length; ++i) {
      checkEq(tree.weightAt(i), weights[i], "each slot holds its weight");
      sum += weights[i];
    }
    checkEq(tree.total(), sum, "the top holds the sum (INV-3)");
    checkEq(tree.slots, weights.length, "slots ever used");
    for (uint256 i; sum != 0 && i < 16; ++i) {
      uint256 target = uint256(keccak256(abi.encode("target", seed, i))) % sum;
      checkEq(tree.draw(target), naive(target), "the same slot is drawn");
    }
  }

  function isFree(uint256 slot) private view returns (bool) {
    for (uint256 i; i < freed.length; ++i) if (freed[i] == slot) return true;
    return false;
  }

  function naive(uint256 target) private view returns (uint256 slot) {
    while (target >= weights[slot]) target -= weights[slot++];
  }
}

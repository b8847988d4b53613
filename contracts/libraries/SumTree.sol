// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A sum tree over weights in slots
/// @notice Four children a node, four uint64 sums a storage word (child j in bits 64j … 64j + 63): one read a level.
/// Level 0 holds the weights of slots 4i … 4i + 3 in node i; a node of level l + 1 holds the sums of four nodes of level l.
/// @dev The caller keeps the sum of all weights within 64 bits: then no lane ever carries into the next.
library SumTree {
  /// @dev Where in `nodes` the chain of freed slots lies, above every level.
  uint256 private constant FREED = 1 << 37;

  /// @param slots Slots ever taken, freed ones included.
  /// @param freed The slot that was freed last, plus one; zero if none is free.
  /// @param depth Levels in use; the top level has one node. Zero before the first slot is taken.
  /// @param nodes Words at `level << 32 | index`; at FREED + slot the next freed slot, plus one.
  struct Tree {
    uint32 slots;
    uint32 freed;
    uint8 depth;
    uint256[1 << 38] nodes;
  }

  /// @notice Takes the slot that was freed last, or else a new one. Its weight is zero.
  function take(Tree storage tree) internal returns (uint256 slot) {
    unchecked {
      if (tree.freed != 0) {
        slot = tree.freed - 1;
        tree.freed = uint32(tree.nodes[FREED + slot]);
        delete tree.nodes[FREED + slot];
        return slot;
      }
      slot = tree.slots;
      uint256 depth = tree.depth;
      if (slot == 0 || slot == 1 << (2 * depth)) {
        if (slot != 0) tree.nodes[depth << 32] = total(tree);
        tree.depth = uint8(depth + 1);
      }
      tree.slots = uint32(slot + 1);
    }
  }

  /// @notice Frees `slot`, whose weight is zero and which is taken.
  function free(Tree storage tree, uint256 slot) internal {
    uint256 next = tree.freed;
    if (next != 0) tree.nodes[FREED + slot] = next;
    unchecked {
      tree.freed = uint32(slot + 1);
    }
  }

  /// @notice Changes the weight in `slot` from `old`, which must be what it holds, to `weight`.
  function update(Tree storage tree, uint256 slot, uint256 old, uint256 weight) internal {
    uint256 depth = tree.depth;
    unchecked {
      // Modulo 2^256 a negative change borrows exactly what it must within its lane.
      uint256 change = weight - old;
      for (uint256 level; level < depth; ++level) {
        uint256 lane = slot & 3;
        slot >>= 2;
        tree.nodes[(level << 32) | slot] += change << (lane << 6);
      }
    }
  }

  /// @notice The slot in which `target` falls when the weights are laid end to end in order of slots.
  /// @param target Below the sum of all weights.
  function draw(Tree storage tree, uint256 target) internal view returns (uint256 slot) {
    uint256 level = tree.depth;
    unchecked {
      while (level != 0) {
        uint256 node = tree.nodes[(--level << 32) | slot];
        slot <<= 2;
        for (uint256 sum = uint64(node); target >= sum; sum = uint64(node)) {
          target -= sum;
          node >>= 64;
          ++slot;
        }
      }
    }
  }

  /// @notice The weight in `slot`.
  function weightAt(Tree storage tree, uint256 slot) internal view returns (uint256) {
    return uint64(tree.nodes[slot >> 2] >> ((slot & 3) << 6));
  }

  /// @notice The sum of all weights, of a tree with a slot.
  function total(Tree storage tree) internal view returns (uint256 sum) {
    unchecked {
      uint256 node = tree.nodes[uint256(tree.depth - 1) << 32];
      for (; node != 0; node >>= 64) sum += uint64(node);
    }
  }
}

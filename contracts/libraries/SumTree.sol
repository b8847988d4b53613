// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A sum tree over weights in slots
/// @notice Four children a node, four uint64 sums a storage word (child j in bits 64j … 64j + 63): one read a level.
/// Level 0 holds the weights of slots 4i … 4i + 3 in node i; a node of level l + 1 holds the sums of four nodes of level l.
/// @dev The caller keeps the sum of all weights within 64 bits: then no lane ever carries into the next.
library SumTree {
  /// @param slots Slots ever used, free ones included.
  /// @param depth Levels in use; the top level has one node. Zero before the first insert.
  /// @param free Slots to be used again, the last one first.
  /// @param nodes Words by `level << 32 | index`.
  struct Tree {
    uint32 slots; // 4 bytes
    uint8 depth; // 1 byte
    uint32[] free; // 32 bytes, 8 slots a word
    mapping(uint256 => uint256) nodes;
  }

  /// @notice Puts `weight` into a free slot, or a new one.
  function insert(Tree storage tree, uint256 weight) internal returns (uint256 slot) {
    uint256 freed = tree.free.length;
    if (freed != 0) {
      slot = tree.free[freed - 1];
      tree.free.pop();
    } else {
      slot = tree.slots;
      uint256 depth = tree.depth;
      if (slot == 1 << (2 * depth)) {
        if (depth != 0) tree.nodes[depth << 32] = _sum(tree.nodes[(depth - 1) << 32]);
        tree.depth = uint8(depth + 1);
      } else if (depth == 0) {
        tree.depth = 1;
      }
      tree.slots = uint32(slot + 1);
    }
    update(tree, slot, 0, weight);
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

  /// @notice Takes the weight `old`, which must be what it holds, out of `slot`, and frees the slot.
  function remove(Tree storage tree, uint256 slot, uint256 old) internal {
    update(tree, slot, old, 0);
    tree.free.push(uint32(slot));
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

  /// @notice The sum of all weights.
  function total(Tree storage tree) internal view returns (uint256) {
    uint256 depth = tree.depth;
    return depth == 0 ? 0 : _sum(tree.nodes[(depth - 1) << 32]);
  }

  function _sum(uint256 node) private pure returns (uint256) {
    return uint256(uint64(node)) + uint64(node >> 64) + uint64(node >> 128) + uint64(node >> 192);
  }
}

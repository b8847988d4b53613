// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice Sum trees, open to inspection.
interface ITreeNodes {
  /// @notice All nodes of the tree of `generation` of `provider`, level by level from the slots up.
  function nodesOf(address provider, uint256 generation) external view returns (uint256[][] memory levels);
}

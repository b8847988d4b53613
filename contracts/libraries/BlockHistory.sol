// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Block hashes older than 256 blocks, from the contract of EIP-2935 (R1, R10)
library BlockHistory {
  address internal constant CONTRACT = 0x0000F90827F1C53a10cb7A02335B175320002935;
  /// @dev Blocks back that the BLOCKHASH instruction reaches.
  uint256 internal constant BLOCKHASH_AGE = 256;
  /// @dev Oldest age it serves.
  uint256 internal constant MAX_AGE = 8_191;

  /// @notice Its answer for block `number`; zero unless it succeeded with 32 bytes.
  function hashOf(uint256 number) internal view returns (bytes32) {
    (bool success, bytes memory answer) = CONTRACT.staticcall(abi.encode(number));
    return success && answer.length == 32 ? bytes32(answer) : bytes32(0);
  }

  /// @notice Whether it tells the true hash of the block `age` blocks back, 1 … 255.
  function isTrueAt(uint256 age) internal view returns (bool) {
    if (block.number < age) return false;
    bytes32 known = blockhash(block.number - age);
    return known != 0 && hashOf(block.number - age) == known;
  }
}

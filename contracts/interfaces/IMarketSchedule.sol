// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Parameters} from "../MarketTypes.sol";

/// @title Periods, windows and seeds (R1, R2, R9, R10)
interface IMarketSchedule {
  /// @notice The seed of `period` is now on record.
  event SeedRecorded(uint256 indexed period, bytes32 seed);

  /// @notice The hash of the first block of `period` is not to be had: the block is not yet past, or too old.
  error SeedUnavailable(uint256 period);
  /// @notice The parameter or inequality called `name` does not hold: `left` must be at least `right` (R9).
  error BadParameter(string name, uint256 left, uint256 right);
  /// @notice A window over 256 blocks needs EIP-2935, and its answer for the block `age` blocks back was not the true hash (R10).
  error HistoryUnproven(uint256 age);
  /// @notice On this chain block numbers or block hashes mean something else (R10).
  error UnsupportedChain(uint256 chainId);

  /// @notice The parameters, fixed at deployment.
  function parameters() external view returns (Parameters memory);

  /// @notice First block of period 1.
  function genesisBlock() external view returns (uint256);

  /// @notice The period that the current block lies in: `1 + (block.number − genesis) / P`.
  function currentPeriod() external view returns (uint256);

  /// @notice S(p), the first block of `period`.
  function firstBlockOf(uint256 period) external view returns (uint256);

  /// @notice The seed of `period`, from the record or from the chain's block hashes; reverts `SeedUnavailable`.
  function seedOf(uint256 period) external view returns (bytes32);

  /// @notice Puts the seed of `period` on record. Open to anyone, a convenience, never a condition of proving.
  function recordSeed(uint256 period) external returns (bytes32 seed);
}

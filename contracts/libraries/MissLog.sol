// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The missed periods of a provider
/// @notice Appended in ascending order, eight to a storage word; how many lie in a span is two binary searches.
library MissLog {
  struct Log {
    uint32[] periods;
  }

  /// @notice Adds `period`, which is later than every one in the log.
  function append(Log storage log, uint256 period) internal {
    log.periods.push(uint32(period));
  }

  /// @notice How many missed periods are not after `period`.
  function countThrough(Log storage log, uint256 period) internal view returns (uint256 low) {
    uint256 high = log.periods.length;
    while (low < high) {
      uint256 middle = Math.average(low, high);
      if (log.periods[middle] > period) high = middle;
      else low = middle + 1;
    }
  }
}

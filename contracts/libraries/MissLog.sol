// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The missed periods of a provider, what they have brought its renters, and what they left of its limit
/// @notice Periods in ascending order, eight to a storage word; how many lie in a span is two binary searches.
library MissLog {
  /// @param count Periods in the log.
  /// @param compensationIndex Compensation per unit of weight over all of them, token wei.
  /// @param lockLimit Token wei of stake that may be locked (R6). Here, because every miss lowers it: one word less to write.
  struct Log {
    uint32 count;
    uint128 compensationIndex;
    uint96 lockLimit;
    uint32[1 << 32] periods;
  }

  /// @notice Adds `period`, which is later than every one in the log, and its compensation per unit of weight.
  function append(Log storage log, uint256 period, uint256 compensation) internal {
    uint32 count = log.count;
    log.periods[count] = uint32(period);
    log.count = count + 1;
    log.compensationIndex += uint128(compensation);
  }

  /// @notice Lowers the limit by `amount` of slashed or paid out stake, to no less than zero.
  function lower(Log storage log, uint256 amount) internal {
    log.lockLimit = uint96(Math.saturatingSub(log.lockLimit, amount));
  }

  /// @notice How many missed periods are not after `period`.
  function countThrough(Log storage log, uint256 period) internal view returns (uint256 low) {
    uint256 high = log.count;
    while (low < high) {
      uint256 middle = Math.average(low, high);
      if (log.periods[middle] > period) high = middle;
      else low = middle + 1;
    }
  }
}

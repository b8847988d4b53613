// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title The arithmetic of rent and collateral (R5, R6)
/// @notice Pure; amounts in token wei, time in periods, sizes in leaves. A name says which way it rounds.
library Rent {
  /// @dev Leaves in a GiB is 2^25.
  uint256 private constant GIB_SHIFT = 25;
  uint256 internal constant BPS = 10_000;

  /// @notice Rent of a period: ⌈price · leaves / 2^25⌉. Price has 128 bits, leaves 40: nothing overflows.
  function rateUp(uint256 price, uint256 leaves) internal pure returns (uint256) {
    unchecked {
      return (price * leaves + (1 << GIB_SHIFT) - 1) >> GIB_SHIFT;
    }
  }

  /// @notice Weight of a deal with data: max(1, ⌈rate · collateralPeriods / unit⌉).
  function weightUp(uint256 rate, uint256 collateralPeriods, uint256 unit) internal pure returns (uint256) {
    return Math.max(1, Math.ceilDiv(rate * collateralPeriods, unit));
  }

  /// @notice Rent of the periods after `period` and before `end`: what must be in escrow for them.
  function reserved(uint256 rate, uint256 period, uint256 end) internal pure returns (uint256) {
    return end > period + 1 ? rate * (end - period - 1) : 0;
  }

  /// @notice ⌈amount · bps / 10,000⌉.
  function bpsUp(uint256 amount, uint256 bps) internal pure returns (uint256) {
    return Math.ceilDiv(amount * bps, BPS);
  }

  /// @notice Collateral that really stands behind one unit of weight: min(unit, ⌊stake / total⌋).
  function coverDown(uint256 stake, uint256 total, uint256 unit) internal pure returns (uint256) {
    return Math.min(unit, stake / total);
  }

  /// @notice Whether `stake` is below `coverBps` of unit · total.
  function uncovered(uint256 stake, uint256 total, uint256 unit, uint256 coverBps) internal pure returns (bool) {
    return stake * BPS < coverBps * unit * total;
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MissLog} from "../../../contracts/libraries/MissLog.sol";
import {Checks} from "../support/Checks.sol";

contract MissLogTest is Checks {
  using MissLog for MissLog.Log;

  MissLog.Log private log;

  function test_countThrough_succeedsIfEqualToTheNaiveCount(uint256 seed, uint8 length, uint16 asked) public {
    uint256 period;
    uint256 expected;
    for (uint256 i; i < length; ++i) {
      period += 1 + (uint256(keccak256(abi.encode(seed, i))) % 5);
      log.append(period, i);
      if (period <= asked) ++expected;
    }
    checkEq(log.countThrough(asked), expected, "the misses up to a period");
    checkEq(log.countThrough(type(uint256).max), length, "all misses");
    checkEq(log.countThrough(0), 0, "none before the first period");
    uint256 last = length == 0 ? 0 : length - 1;
    checkEq(log.compensationIndex, (last * (last + 1)) / 2, "what all of them have brought");
  }

  function test_countThrough_succeedsIfTheLogIsEmpty(uint256 period) public view {
    checkEq(log.countThrough(period), 0, "no miss");
  }
}

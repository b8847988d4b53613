// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Rent} from "../../../contracts/libraries/Rent.sol";
import {Checks} from "../support/Checks.sol";

contract RentTest is Checks {
  uint256 private constant GIB = 1 << 25;

  function test_rateUp_succeedsIfRoundedUp(uint128 price, uint40 leaves) public pure {
    uint256 product = uint256(price) * leaves;
    uint256 rate = Rent.rateUp(price, leaves);
    check(rate * GIB >= product, "never below the exact rent");
    check(rate * GIB < product + GIB, "never a whole wei above");
  }

  function test_rateUp_succeedsIfExact() public pure {
    checkEq(Rent.rateUp(7, GIB), 7, "one GiB costs the price");
    checkEq(Rent.rateUp(7, 3 * GIB), 21, "three cost three");
    checkEq(Rent.rateUp(1, 1), 1, "a leaf costs a wei at least");
    checkEq(Rent.rateUp(0, GIB), 0, "for nothing if the price is nothing");
    checkEq(Rent.rateUp(1, GIB + 1), 2, "one leaf more rounds up");
  }

  function test_weightUp_succeedsIfCollateralCoversThePeriods(uint128 rate, uint16 periods, uint96 unit) public pure {
    vm.assume(unit != 0);
    uint256 weight = Rent.weightUp(rate, periods, unit);
    check(weight >= 1, "data always weighs something");
    check(weight * unit >= uint256(rate) * periods, "never below the exact collateral");
    check(weight == 1 || (weight - 1) * unit < uint256(rate) * periods, "never a whole unit above");
  }

  function test_reserved_succeedsIfPeriodsBetweenAreCounted(uint128 rate, uint32 period, uint32 end) public pure {
    uint256 periods = end > uint256(period) + 1 ? end - period - 1 : 0;
    checkEq(Rent.reserved(rate, period, end), rate * periods, "the periods after this and before the end");
  }

  function test_coverDown_succeedsIfNeverAboveUnitOrStake(uint96 stake, uint64 total, uint96 unit) public pure {
    vm.assume(total != 0);
    uint256 cover = Rent.coverDown(stake, total, unit);
    check(cover <= unit, "at most a unit");
    check(cover * total <= stake, "all weights together at most the stake");
    check(cover == unit || (cover + 1) * total > stake, "and no less than that");
  }

  function test_uncovered_succeedsIfExactAtTheBoundary(uint64 total, uint32 units) public pure {
    uint256 unit = uint256(units) * 10_000;
    uint256 needed = (unit * total * 9_000) / 10_000;
    check(!Rent.uncovered(needed, total, unit, 9_000), "coverBps exactly is enough");
    if (needed != 0) check(Rent.uncovered(needed - 1, total, unit, 9_000), "a wei less is not");
  }
}

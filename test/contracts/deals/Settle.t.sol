// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {Deal, OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract SettleTest is DealFixture {
  function test_settle_succeedsIfEveryPeriodIsPaidOnce(uint8 leaves, uint8 periods, address caller) public {
    uint256 rate = LEAF_RENT * bound(leaves, 1, 12);
    uint256 count = bound(periods, 1, 4);
    bytes32 id = storeData(alice, bob, "data", 1, rate / LEAF_RENT);
    for (uint256 i; i < count; ++i) proveNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), rate * count, 0, 0);
    vm.prank(caller);
    market.settle(id);
    requireSettled(id, period(), 100e18 - rate * count);
    checkEq(market.credits(bob.account), rate * count, "Bob earned each proven period");
    market.settle(id);
    requireSettled(id, period(), 100e18 - rate * count);
    checkEq(market.credits(bob.account), rate * count, "and none of them twice");
  }

  function test_settle_succeedsIfMissedPeriodsAreNotPaid(uint8 pattern) public {
    bytes32 id = storeData(alice, bob, "data", 1, 3);
    (uint256 proven, uint256 missed) = live(pattern, 6);
    market.settle(id);
    uint256 weight = 3 * WEIGHT;
    requireSettled(id, period(), 100e18 - 3 * LEAF_RENT * proven);
    checkEq(market.credits(bob.account), 3 * LEAF_RENT * proven, "INV-4: rent of the proven periods only");
    checkEq(market.credits(alice.account), weight * COMPENSATION_PER_WEIGHT * missed, "compensation of the others");
  }

  function test_settle_succeedsIfThePriceOfReadingStays() public {
    bytes32 first = storeData(alice, bob, "first", 1, 1);
    missNext(bob);
    market.settle(first);
    checkEq(market.dealOf(first).egressPrice, 1e15, "a compensation is written beside it");
    proveNext(bob);
    bytes32 second = storeData(carol, bob, "second", 1, 1);
    checkEq(market.dealOf(second).egressPrice, 1e15, "and so is where compensation begins");
    checkEq(market.dealOf(second).compensationIndex, COMPENSATION_PER_WEIGHT, "behind the miss");
  }

  function test_settle_succeedsIfOftenEqualsOnce(uint8 pattern, uint8 moments, uint8 leaves) public {
    leaves = uint8(bound(leaves, 1, 12));
    bytes32 often = storeData(alice, bob, "often", 1, leaves);
    bytes32 once = storeData(carol, bob, "once", 1, leaves);
    for (uint256 i; i < 6; ++i) {
      live(pattern >> i, 1);
      if ((moments >> i) & 1 == 1) market.settle(often);
    }
    market.settle(often);
    uint256 earned = market.credits(bob.account);
    market.settle(once);
    Deal memory deal = market.dealOf(once);
    requireSettled(often, deal.settledThrough, deal.escrow);
    checkEq(market.credits(bob.account), 2 * earned, "INV-5: Bob earned the same");
    checkEq(market.credits(alice.account), market.credits(carol.account), "INV-5: so did the renters");
  }

  function test_settle_succeedsIfTheCurrentPeriodIsOpen(uint256 offset) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    proveNext(bob);
    uint256 through = period();
    goTo(through + 1, bound(offset, 0, W - 1));
    market.settle(id);
    requireSettled(id, through, 100e18 - LEAF_RENT);
    checkEq(market.missesThrough(bob.account, through + 1), 0, "a period is not missed before its window is over");
  }

  function test_settle_succeedsIfTheCallerFindsAMiss() public {
    bytes32 id = storeData(alice, bob, "data", 1, 4);
    uint256 weight = 4 * WEIGHT;
    nextPeriod(W);
    vm.expectEmit(address(market));
    emit IMarketStakes.Missed(
      bob.account,
      period(),
      carol.account,
      weight * BURN_PER_WEIGHT,
      weight * BOUNTY_PER_WEIGHT,
      weight * COMPENSATION_PER_WEIGHT
    );
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), 0, 0, weight * COMPENSATION_PER_WEIGHT);
    vm.prank(carol.account);
    market.settle(id);
    checkEq(market.credits(carol.account), weight * BOUNTY_PER_WEIGHT, "Carol has the bounty");
    checkEq(market.credits(alice.account), weight * COMPENSATION_PER_WEIGHT, "Alice has the compensation");
    checkEq(market.credits(BURN), weight * BURN_PER_WEIGHT, "the rest is burnt");
    checkEq(market.credits(bob.account), 0, "Bob earned nothing");
  }

  function test_settle_succeedsIfRentStopsAtTheEnd(uint8 paid) public {
    paid = uint8(bound(paid, 1, 3));
    bytes32 id = storeUntil(period() + 1 + paid);
    uint256 last = period() + paid;
    for (uint256 i; i < 5; ++i) proveNext(bob);
    market.settle(id);
    requireSettled(id, last, 100e18 - LEAF_RENT * paid);
    checkEq(market.credits(bob.account), LEAF_RENT * paid, "the end is the first unpaid period");
  }

  function test_settle_succeedsIfEscrowIsSpentExactly() public {
    OpenRequest memory request = requestFor(alice, bob, "data");
    request.escrow = uint128(20 * LEAF_RENT);
    bytes32 id = openDeal(alice, request);
    DataSets.DataSet memory set = DataSets.make("data", 1, 10);
    Revision memory revision = revisionOf(id, set);
    revision.end = uint32(period() + 3);
    commitRevision(alice, bob, revision);
    stored[id] = set;
    for (uint256 i; i < 3; ++i) proveNext(bob);
    market.settle(id);
    requireSettled(id, revision.end - 1, 0);
    checkEq(market.credits(bob.account), request.escrow, "INV-4: the whole escrow and no more");
  }

  function test_settle_succeedsIfCompensationGoesOnAfterTheEnd() public {
    bytes32 id = storeUntil(period() + 2);
    proveNext(bob);
    market.settle(id);
    missNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period() - 1, 0, 0, WEIGHT * COMPENSATION_PER_WEIGHT);
    market.settle(id);
    checkEq(market.dealOf(id).escrow, 100e18 - LEAF_RENT, "no rent is due any more");
  }

  function test_settle_succeedsIfDefaulted() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    proveNext(bob);
    proveNext(bob);
    defaultOn(bob);
    uint256 defaulted = period();
    bytes32 next = storeData(carol, bob, "next", 1, 1);
    proveNext(bob);
    missNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(
      id,
      bob.account,
      defaulted - 1,
      2 * LEAF_RENT,
      0,
      5 * WEIGHT * COMPENSATION_PER_WEIGHT
    );
    market.settle(id);
    requireSettled(id, defaulted - 1, 100e18 - 2 * LEAF_RENT);
    market.settle(id);
    checkEq(
      market.credits(alice.account),
      5 * WEIGHT * COMPENSATION_PER_WEIGHT,
      "the misses of the next generation are not Alice's"
    );
    market.settle(next);
    checkEq(market.credits(carol.account), WEIGHT * COMPENSATION_PER_WEIGHT, "but Carol's");
    checkEq(market.credits(bob.account), 3 * LEAF_RENT, "who also paid for a period");
  }

  function test_settle_succeedsIfNothingIsDue() public {
    bytes32 empty = openDeal(alice, bob, "empty");
    bytes32 fresh = storeData(alice, bob, "fresh", 1, 1);
    nextPeriod(0);
    vm.recordLogs();
    market.settle(empty);
    market.settle(fresh);
    checkEq(vm.getRecordedLogs().length, 0, "no event for what did not happen");
    checkEq(market.dealOf(empty).escrow, 100e18, "an empty deal pays nothing");
    checkEq(market.dealOf(fresh).escrow, 100e18, "nor does one whose first period is open");
  }

  function test_settle_failsIfThereIsNoSuchDeal(bytes32 id) public {
    vm.expectRevert(unknown(id));
    market.settle(id);
  }

  function test_settle_failsIfClosed() public {
    bytes32 id = openDeal(alice, bob, "data");
    cancelBy(alice.account, id);
    vm.expectRevert(isClosed(id));
    market.settle(id);
  }

  /// @dev `count` periods; Bob proves those whose bit in `pattern` is set, and the fifth after four misses.
  function live(uint256 pattern, uint256 count) private returns (uint256 proven, uint256 missed) {
    for (uint256 i; i < count; ++i) {
      bool last = period() - market.accountOf(bob.account).lastProven >= 4;
      if (last || (pattern >> i) & 1 == 1) {
        proveNext(bob);
        ++proven;
      } else {
        nextPeriod(W);
        ++missed;
      }
    }
  }

  function requireSettled(bytes32 id, uint256 through, uint256 escrow) private view {
    checkEq(market.dealOf(id).settledThrough, through, "settled through the last period that is due");
    checkEq(market.dealOf(id).escrow, escrow, "the escrow fell by the rent");
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract SettleTest is MarketFixture {
  uint256 private constant RATE = 10 * LEAF_RENT;
  uint256 private constant WEIGHT = 90;

  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 2, 5);
  }

  function test_settle_succeedsIfOnlyProvenPeriodsArePaid(uint256 history) public {
    uint256 proven = run(history, 12, false);
    market.settle(id);
    checkEq(market.credits(bob.account), proven * RATE, "rent for each proven period, for no other");
    checkEq(market.dealOf(id).escrow, 100e18 - proven * RATE, "out of the escrow");
    checkEq(market.credits(alice.account), (12 - proven) * compensation(), "compensation for each missed one");
  }

  function test_settle_succeedsIfOftenAsWellAsOnce(uint256 history) public {
    uint256 snapshot = vm.snapshotState();
    run(history, 10, false);
    market.settle(id);
    bytes32 once = ledger();
    vm.revertToState(snapshot);
    run(history, 10, true);
    market.settle(id);
    checkEq(ledger(), once, "the same wei (INV-5)");
  }

  function test_settle_succeedsIfThePeriodIsDecidedByProofOrWindow() public {
    nextPeriod(W - 1);
    market.settle(id);
    checkEq(market.credits(bob.account), 0, "undecided: nothing is due");
    prove(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "proven: due at once");
    nextPeriod(W);
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "missed: never");
    checkEq(market.credits(alice.account), compensation(), "but compensated");
  }

  function test_settle_succeedsIfTheEndLiesInARunOfMisses() public {
    uint256 end = period() + 4;
    shorten(uint32(end));
    proveNext(bob);
    missNext(bob);
    missNext(bob);
    checkEq(period(), end - 1, "the last paid period was missed");
    missNext(bob);
    missNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "one proven period before the end");
    checkEq(market.dealOf(id).settledThrough, end - 1, "settled up to the end");
    checkEq(market.credits(alice.account), 4 * compensation(), "misses after the end compensate, too");
  }

  function test_settle_succeedsIfAfterTheEndNoRentIsPaid() public {
    uint256 end = period() + 2;
    shorten(uint32(end));
    for (uint256 i; i < 4; ++i) proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "period end - 1 is the last one paid");
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "and only once");
  }

  function test_settle_succeedsIfDefaultedBeforeTheEnd() public {
    proveNext(bob);
    defaultOn(bob);
    for (uint256 i; i < 3; ++i) nextPeriod(W);
    market.settle(id);
    checkEq(market.credits(bob.account), RATE, "nothing is due from the default on");
    checkEq(market.dealOf(id).settledThrough, period() - 4, "settled up to the period before the default");
    checkEq(market.credits(alice.account), 5 * compensation(), "every slash compensated");
  }

  function test_settle_succeedsIfEmpty() public {
    bytes32 other = openDeal(carol, bob, "empty");
    nextPeriod(W);
    market.settle(other);
    checkEq(market.dealOf(other).escrow, 100e18, "nothing moves");
  }

  function test_settle_failsIfUnknownOrClosed() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealUnknown.selector, bytes32("none")));
    market.settle("none");
    bytes32 other = openDeal(carol, bob, "empty");
    vm.prank(carol.account);
    market.cancel(other);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealIsClosed.selector, other));
    market.settle(other);
  }

  /// @dev Proves or misses `periods` periods as the bits of `history` say, at most three misses in a row.
  function run(uint256 history, uint256 periods, bool settling) private returns (uint256 proven) {
    uint256 misses;
    for (uint256 i; i < periods; ++i) {
      misses = (history >> i) & 1 == 1 && misses < 3 ? misses + 1 : 0;
      if (misses == 0) {
        proveNext(bob);
        ++proven;
      } else {
        missNext(bob);
      }
      if (settling) market.settle(id);
    }
  }

  function shorten(uint32 end) private {
    Revision memory revision = revisionOf(id, DataSets.make("data", 2, 5));
    revision.end = end;
    commitRevision(alice, bob, revision);
  }

  function compensation() private pure returns (uint256) {
    return WEIGHT * COMPENSATION_PER_WEIGHT;
  }

  function ledger() private view returns (bytes32) {
    Deal memory deal = market.dealOf(id);
    return
      keccak256(
        abi.encode(
          market.credits(alice.account),
          market.credits(bob.account),
          market.credits(mallory.account),
          market.credits(BURN),
          market.accountOf(bob.account).stake,
          deal.escrow,
          deal.settledThrough
        )
      );
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, DealStatus, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract CloseTest is MarketFixture {
  bytes32 private id;
  uint256 private end;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 1, 10);
    end = period() + 3;
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 10));
    revision.end = uint32(end);
    commitRevision(alice, bob, revision);
  }

  function test_close_succeedsInTheLastPaidPeriodByAParty(uint256 who) public {
    address[3] memory parties = [alice.account, bob.account, bob.hot];
    reach(end - 1);
    vm.expectEmit(address(market));
    emit IMarketDeals.DealClosed(id, 100e18 - 20 * LEAF_RENT, 0);
    vm.prank(parties[who % 3]);
    market.close(id);
    requireClosed(20 * LEAF_RENT);
  }

  function test_close_succeedsLaterByAnybody() public {
    reach(end);
    vm.prank(mallory.account);
    market.close(id);
    requireClosed(20 * LEAF_RENT);
  }

  function test_close_succeedsIfThePeriodWasMissed() public {
    proveNext(bob);
    nextPeriod(W);
    vm.prank(alice.account);
    market.close(id);
    requireClosed(10 * LEAF_RENT);
    uint256 slashed = 90 * (COMPENSATION_PER_WEIGHT + BOUNTY_PER_WEIGHT);
    checkEq(market.credits(alice.account), 100e18 - 10 * LEAF_RENT + slashed, "compensated, and she found the miss");
  }

  function test_close_succeedsIfEmpty() public {
    bytes32 other = openDeal(carol, bob, "empty");
    for (uint256 last = market.dealOf(other).end; period() < last;) {
      if (market.dealOf(id).status == DealStatus.Active && period() == end - 1) market.settle(id);
      nextPeriod(W);
    }
    vm.prank(mallory.account);
    market.close(other);
    checkEq(market.credits(carol.account), 100e18, "an empty deal ends with its escrow");
  }

  function test_close_succeedsAfterADefaultAtAnyTime() public {
    nextPeriod(W);
    market.sync(bob.account);
    defaultOn(bob);
    uint256 compensation = 5 * 90 * COMPENSATION_PER_WEIGHT;
    vm.expectEmit(address(market));
    emit IMarketDeals.DealClosed(id, 100e18, 90 * UNIT);
    vm.prank(carol.account);
    market.close(id);
    checkEq(market.credits(alice.account), 100e18 + 90 * UNIT + compensation, "escrow, collateral, compensation");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot names nobody any more");
    check(market.dealOf(id).status == DealStatus.Closed, "closed for good");
  }

  function test_close_succeedsIfItFreesTheStake() public {
    reach(end - 1);
    vm.prank(bob.account);
    market.close(id);
    vm.prank(bob.account);
    market.unstake(1_000e18);
    checkEq(market.credits(bob.account), 1_000e18 + 20 * LEAF_RENT, "all of it is Bob's again");
  }

  function test_close_failsIfTooEarly() public {
    reach(end - 2);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.TooEarlyToClose.selector, end - 2, end - 1));
    vm.prank(alice.account);
    market.close(id);
  }

  function test_close_failsInTheLastPaidPeriodIfNotAParty() public {
    reach(end - 1);
    address[2] memory others = [mallory.account, alice.hot];
    for (uint256 i; i < 2; ++i) {
      vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotParty.selector, id, others[i]));
      vm.prank(others[i]);
      market.close(id);
    }
  }

  function test_close_failsIfFrozen() public {
    reach(end - 2);
    for (uint256 p = end - 1; p <= end; ++p) {
      goTo(p, 0);
      vm.expectRevert(abi.encodeWithSelector(IMarketDeals.Frozen.selector, bob.account, p));
      vm.prank(alice.account);
      market.close(id);
      goTo(p, W - 1);
      vm.expectRevert(abi.encodeWithSelector(IMarketDeals.Frozen.selector, bob.account, p));
      vm.prank(alice.account);
      market.close(id);
    }
  }

  function test_close_failsIfClosed() public {
    reach(end);
    market.close(id);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealIsClosed.selector, id));
    market.close(id);
  }

  /// @dev Proves every period up to and including `p`.
  function reach(uint256 p) private {
    while (period() < p) proveNext(bob);
  }

  function requireClosed(uint256 rent) private view {
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Closed, "closed for good");
    checkEq(deal.weight + deal.leaves + deal.rate + deal.escrow, 0, "nothing is left in it");
    checkEq(market.credits(bob.account), rent, "Bob has his rent");
    checkEq(market.lockedOf(bob.account), 0, "nothing is locked");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot is free");
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract LeaveDealTest is MarketFixture {
  function test_leaveDeal_succeedsIfTheNoticeIsGiven(uint256 length) public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxEnd = uint32(period() + bound(length, 2, 1_000));
    bytes32 id = openDeal(alice, request);
    uint256 notice = period() + 31;
    uint256 end = request.maxEnd < notice ? request.maxEnd : notice;
    vm.expectEmit(address(market));
    emit IMarketDeals.DealLeft(id, end);
    vm.prank(alice.account);
    market.leaveDeal(id);
    checkEq(market.dealOf(id).end, end, "ends after the notice, or before");
    checkEq(market.dealOf(id).maxEnd, end, "and no older renewal undoes that");
  }

  function test_leaveDeal_succeedsIfAnOlderRenewalIsPostedAfterwards() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    Revision memory renewal = revisionOf(id, DataSets.make("data", 1, 1));
    uint256 end = period() + 31;
    vm.prank(alice.account);
    market.leaveDeal(id);
    refuseCommit(outOfBounds("end", renewal.end, period() + 2, end), renewal);
  }

  function test_leaveDeal_succeedsIfFrozenAndPaidToTheEnd() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(1);
    vm.prank(alice.account);
    market.leaveDeal(id);
    prove(bob);
    Deal memory deal = market.dealOf(id);
    while (period() < deal.end) proveNext(bob);
    vm.prank(carol.account);
    market.close(id);
    checkEq(market.credits(bob.account), 31 * LEAF_RENT, "this period and thirty of notice are paid");
  }

  function test_leaveDeal_succeedsIfTwiceWithoutMovingTheEnd() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.prank(alice.account);
    market.leaveDeal(id);
    uint256 end = market.dealOf(id).end;
    proveNext(bob);
    vm.prank(alice.account);
    market.leaveDeal(id);
    checkEq(market.dealOf(id).end, end, "the first notice counts");
  }

  function test_leaveDeal_failsIfNotTheRenter() public {
    bytes32 id = openDeal(alice, bob, "salt");
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotParty.selector, id, bob.account));
    vm.prank(bob.account);
    market.leaveDeal(id);
  }

  function test_leaveDeal_failsIfDefaulted() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealDefaulted.selector, id));
    vm.prank(alice.account);
    market.leaveDeal(id);
  }
}

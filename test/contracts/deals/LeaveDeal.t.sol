// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract LeaveDealTest is DealFixture {
  uint256 private constant NOTICE = 30;

  function test_leaveDeal_succeedsIfTheNoticeIsKept(uint256 end) public {
    end = bound(end, period() + 2, period() + 100);
    requireLeft(storeUntil(end), end);
  }

  function test_leaveDeal_succeedsIfTheEndIsAtTheNotice() public {
    uint256 notice = period() + 1 + NOTICE;
    bytes32 id = storeUntil(notice);
    requireLeft(id, notice);
  }

  function test_leaveDeal_succeedsIfTheEndIsOnePeriodBehindTheNotice() public {
    bytes32 id = storeUntil(period() + 2 + NOTICE);
    requireLeft(id, period() + 2 + NOTICE);
    checkEq(market.dealOf(id).end, period() + 1 + NOTICE, "one period less");
  }

  function test_leaveDeal_succeedsIfFrozenOrOver(uint256 offset) public {
    bytes32 id = storeUntil(period() + 2);
    nextPeriod(bound(offset, 0, W - 1));
    requireLeft(id, period() + 1);
    nextPeriod(0);
    requireLeft(id, period());
  }

  function test_leaveDeal_succeedsIfNothingIsStored() public {
    bytes32 id = openDeal(alice, bob, "empty");
    requireLeft(id, market.dealOf(id).end);
    checkEq(market.dealOf(id).escrow, 100e18, "the escrow stays until it is cancelled");
  }

  function test_leaveDeal_succeedsAgainWithoutLengthening() public {
    bytes32 id = storeUntil(period() + 100);
    uint256 end = period() + 1 + NOTICE;
    requireLeft(id, period() + 100);
    proveNext(bob);
    requireLeft(id, end);
    checkEq(market.dealOf(id).end, end, "the first notice counts");
  }

  function test_leaveDeal_succeedsIfAnOlderRenewalIsUndone() public {
    bytes32 id = storeUntil(period() + 50);
    uint256 p = period();
    uint256 maxEnd = market.dealOf(id).maxEnd;
    Revision memory renewal = revisionOf(id, stored[id]);
    renewal.end = uint32(maxEnd);
    requireLeft(id, p + 50);
    refuseCommit(outOfBounds("end", maxEnd, p + 2, p + 1 + NOTICE), renewal);
    renewal.end = uint32(p + 2 + NOTICE);
    refuseCommit(outOfBounds("end", p + 2 + NOTICE, p + 2, p + 1 + NOTICE), renewal);
    renewal.end = uint32(p + 1 + NOTICE);
    commitRevision(alice, bob, renewal);
    checkEq(market.dealOf(id).end, p + 1 + NOTICE, "revisions go on until the notice is over");
  }

  function test_leaveDeal_succeedsIfTheLastPeriodIsPaid() public {
    bytes32 id = storeUntil(period() + 3);
    requireLeft(id, period() + 3);
    proveNext(bob);
    proveNext(bob);
    vm.prank(bob.account);
    market.close(id);
    checkEq(market.credits(bob.account), 2 * LEAF_RENT, "Bob earns until the end");
  }

  function test_leaveDeal_failsIfNotTheRenter(address caller) public {
    vm.assume(caller != alice.account);
    bytes32 id = storeUntil(period() + 50);
    refuse(notParty(id, caller), caller, id);
    refuse(notParty(id, alice.hot), alice.hot, id);
    refuse(notParty(id, bob.account), bob.account, id);
    refuse(notParty(id, bob.hot), bob.hot, id);
  }

  function test_leaveDeal_failsIfThereIsNoSuchDeal(bytes32 id) public {
    refuse(unknown(id), alice.account, id);
  }

  function test_leaveDeal_failsIfClosed() public {
    bytes32 id = openDeal(alice, bob, "data");
    cancelBy(alice.account, id);
    refuse(isClosed(id), alice.account, id);
  }

  function test_leaveDeal_failsIfDefaulted() public {
    bytes32 id = storeUntil(period() + 50);
    defaultOn(bob);
    refuse(isDefaulted(id), alice.account, id);
  }

  function leaveBy(address caller, bytes32 id) private {
    vm.prank(caller);
    market.leaveDeal(id);
  }

  /// @dev Alice leaves the deal, which would have ended at `end`.
  function requireLeft(bytes32 id, uint256 end) private {
    Deal memory before = market.dealOf(id);
    uint256 notice = period() + 1 + NOTICE;
    uint256 expected = end < notice ? end : notice;
    vm.expectEmit(address(market));
    emit IDealSignals.DealLeft(id, expected);
    leaveBy(alice.account, id);
    Deal memory deal = market.dealOf(id);
    checkEq(deal.end, expected, "the end, or the notice if that is earlier");
    checkEq(deal.maxEnd, expected, "no revision reaches farther");
    check(deal.status == before.status && deal.root == before.root, "the data stays until then");
    check(deal.escrow == before.escrow && deal.weight == before.weight, "so do escrow and collateral");
  }

  function refuse(bytes memory reason, address caller, bytes32 id) private {
    vm.expectRevert(reason);
    leaveBy(caller, id);
  }
}

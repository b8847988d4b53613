// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice No deal that served reads ends before its vouchers could be redeemed (R4).
contract VoucherTimeTest is ChallengeFixture {
  DataSets.DataSet private none;
  bytes32 private id;
  /// The period in which the last leaf goes.
  uint256 private emptied;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 1, 1);
    proveNext(bob);
    emptied = period();
  }

  function test_voidedByCancel_isNoVoucher(uint256 moment) public {
    bytes memory promised = voucher(alice.hotKey, id, 90e18);
    emptyDeal(id);
    refuseCancel(emptied);
    goTo(emptied + 1, P - 1);
    refuseCancel(emptied + 1);
    goTo(emptied + bound(moment, 0, 1), bound(moment, 0, P - 1));
    market.redeem(id, 90e18, promised);
    checkEq(market.credits(bob.account), LEAF_RENT + 90e18, "Bob had a whole period to redeem");
    goTo(emptied + 2, 0);
    cancelBy(alice.account, id);
    requireClosed(id);
  }

  function test_voidedByClose_isNoVoucher(address stranger, uint32 end) public {
    Revision memory revision = revisionOf(id, none);
    revision.end = uint32(bound(end, 0, emptied - 1));
    commitRevision(alice, bob, revision);
    for (uint256 p = emptied; p < emptied + 2; ++p) {
      goTo(p, p == emptied ? 2 : P - 1);
      refuseClose(mallory.account, p);
      refuseClose(alice.account, p);
      refuseClose(bob.account, p);
    }
    redeem(id, 90e18);
    goTo(emptied + 2, 0);
    vm.prank(stranger);
    market.close(id);
    requireClosed(id);
  }

  function test_furtherEmptyRevisions_restartNoClock(uint8 how) public {
    emptyDeal(id);
    nextPeriod(bound(how, 0, P - 1));
    emptyDeal(id);
    nextPeriod(0);
    emptyDeal(id);
    cancelBy(alice.account, id);
    requireClosed(id);
  }

  function test_refilling_startsTheClockAnew() public {
    emptyDeal(id);
    nextPeriod(0);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    emptyDeal(id);
    nextPeriod(0);
    vm.expectRevert(tooEarly(period(), emptied + 3));
    cancelBy(alice.account, id);
    nextPeriod(0);
    cancelBy(alice.account, id);
    requireClosed(id);
  }

  function test_neverHeldData_isCancelledAtOnce(bool byEmptyRevision) public {
    bytes32 other = openDeal(alice, bob, "other");
    if (byEmptyRevision) emptyDeal(other);
    checkEq(market.dealOf(other).settledThrough, 0, "no revision of it ever held data");
    cancelBy(alice.account, other);
    requireClosed(other);
  }

  function test_lastPaidPeriodAndTheNext_areTheProviders(uint8 when) public {
    bytes32 other = openDeal(alice, bob, "other");
    DataSets.DataSet memory set = DataSets.make("other", 1, 1);
    Revision memory revision = revisionOf(other, set);
    revision.end = uint32(period() + 2);
    commitRevision(alice, bob, revision);
    goTo(revision.end - 1 + bound(when, 0, 1), W);
    vm.expectRevert(notParty(other, alice.account));
    vm.prank(alice.account);
    market.close(other);
    redeem(other, 1e18);
    vm.prank(bob.account);
    market.close(other);
    checkEq(market.dealOf(other).redeemed, 1e18, "its vouchers were Bob's to redeem before");
  }

  function refuseCancel(uint256 p) private {
    vm.expectRevert(tooEarly(p, emptied + 2));
    cancelBy(alice.account, id);
  }

  function refuseClose(address caller, uint256 p) private {
    vm.expectRevert(tooEarly(p, emptied + 2));
    vm.prank(caller);
    market.close(id);
  }

  function tooEarly(uint256 p, uint256 from) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.TooEarlyToClose.selector, p, from);
  }
}

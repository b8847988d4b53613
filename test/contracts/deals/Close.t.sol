// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract CloseTest is DealFixture {
  function test_close_succeedsIfInTheLastPaidPeriodByTheProvider(bool hot, uint8 paid) public {
    paid = uint8(bound(paid, 1, 3));
    bytes32 id = storeUntil(period() + 1 + paid);
    for (uint256 i; i < paid; ++i) proveNext(bob);
    uint256 rent = LEAF_RENT * paid;
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), rent, 0, 0);
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(id, bob.account, 100e18 - rent, 0);
    closeBy(hot ? bob.hot : bob.account, id);
    requireClosed(id);
    checkEq(market.credits(alice.account), 100e18 - rent, "Alice has back what she did not owe");
    checkEq(market.credits(bob.account), rent, "Bob has the rent");
  }

  function test_close_succeedsIfLaterByAnybody(address caller, uint8 later) public {
    bytes32 id = storeUntil(period() + 2);
    later = uint8(bound(later, 1, 3));
    for (uint256 i; i <= later + 1; ++i) proveNext(bob);
    closeBy(caller, id);
    requireClosed(id);
    checkEq(market.credits(bob.account), LEAF_RENT, "nothing is due for the time after the end");
  }

  function test_close_succeedsIfTheSlotIsUsedAgain() public {
    bytes32 id = storeUntil(period() + 2);
    bytes32 other = storeData(carol, bob, "other", 1, 2);
    proveNext(bob);
    closeBy(bob.account, id);
    checkEq(market.accountOf(bob.account).total, 2 * WEIGHT, "INV-2: the weight of the other deal is left");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot is free");
    checkEq(market.dealAt(bob.account, 0, 1), other, "the other deal stays where it is");
    bytes32 next = storeData(alice, bob, "next", 1, 1);
    checkEq(market.dealAt(bob.account, 0, 0), next, "the next deal takes it");
    checkEq(market.slotCountOf(bob.account, 0), 2, "and no new one");
  }

  function test_close_succeedsIfTheCallerFindsTheLastMiss() public {
    bytes32 id = storeUntil(period() + 2);
    nextPeriod(P - 1);
    nextPeriod(P - 1);
    nextPeriod(W);
    vm.expectEmit(address(market));
    emit IMarketStakes.Missed(
      bob.account,
      period(),
      carol.account,
      WEIGHT * BURN_PER_WEIGHT,
      WEIGHT * BOUNTY_PER_WEIGHT,
      WEIGHT * COMPENSATION_PER_WEIGHT
    );
    closeBy(carol.account, id);
    checkEq(market.credits(carol.account), 3 * WEIGHT * BOUNTY_PER_WEIGHT, "Carol found three misses");
    checkEq(
      market.credits(alice.account),
      100e18 + 3 * WEIGHT * COMPENSATION_PER_WEIGHT,
      "a deal in the tree is an obligation also after its end"
    );
    checkEq(market.credits(bob.account), 0, "Bob proved nothing and earned nothing");
  }

  function test_close_succeedsIfEmptyAndAtItsEnd() public {
    bytes32 id = openDeal(alice, bob, "empty");
    uint256 last = market.dealOf(id).end - 1;
    goTo(last - 1, P - 1);
    refuse(tooEarly(last - 1, last), alice.account, id);
    goTo(last, 0);
    refuse(notParty(id, mallory.account), mallory.account, id);
    refuse(notParty(id, alice.account), alice.account, id);
    goTo(last + 1, 0);
    refuse(notParty(id, mallory.account), mallory.account, id);
    goTo(last + 2, 0);
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(id, bob.account, 100e18, 0);
    closeBy(mallory.account, id);
    requireClosed(id);
    checkEq(market.credits(alice.account), 100e18, "the refund is the renter's, whoever closes");
  }

  function test_close_succeedsIfEmptyWithoutAnEnd() public {
    bytes32 id = openDeal(alice, bob, "empty");
    DataSets.DataSet memory none;
    Revision memory revision = revisionOf(id, none);
    revision.end = 0;
    commitRevision(alice, bob, revision);
    closeBy(mallory.account, id);
    requireClosed(id);
    checkEq(market.slotCountOf(bob.account, 0), 0, "what was always empty never had a slot");
  }

  function test_close_succeedsBehindTheWindow(uint256 offset) public {
    bytes32 id = storeUntil(period() + 2);
    nextPeriod(bound(offset, W, P - 1));
    closeBy(bob.account, id);
    requireClosed(id);
  }

  function test_close_succeedsIfDefaulted(address caller, uint8 leaves, uint256 offset) public {
    leaves = uint8(bound(leaves, 1, 12));
    bytes32 id = storeData(alice, bob, "data", 1, leaves);
    proveNext(bob);
    defaultOn(bob);
    storeData(carol, bob, "next", 1, 1);
    // The next generation is frozen: that is nothing to a deal of the last one.
    nextPeriod(bound(offset, 0, W - 1));
    uint256 weight = WEIGHT * leaves;
    uint256 refund = 100e18 - LEAF_RENT * leaves;
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(id, bob.account, refund, weight * UNIT);
    closeBy(caller, id);
    requireClosed(id);
    uint256 compensation = 5 * weight * COMPENSATION_PER_WEIGHT;
    checkEq(market.credits(alice.account), refund + compensation + weight * UNIT, "escrow, compensation, collateral");
    checkEq(market.accountOf(bob.account).total, WEIGHT, "the next generation keeps its weight");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the old slot has no name any more");
  }

  function test_close_succeedsIfTheStakeWasShortAtTheDefault() public {
    bytes32 first = storeData(alice, bob, "first", 1, 1);
    bytes32 second = storeData(carol, bob, "second", 1, 2);
    uint256 locked = 3 * WEIGHT * UNIT;
    vm.prank(bob.account);
    market.unstake(1_000e18 - locked);
    defaultOn(bob);
    uint256 share = (UNIT * 95) / 100;
    checkEq(market.defaultOf(bob.account, 0).share, share, "five misses of 1 % left 95 %");
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(second, bob.account, 100e18, 2 * WEIGHT * share);
    closeBy(mallory.account, second);
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(first, bob.account, 100e18, WEIGHT * share);
    closeBy(mallory.account, first);
    checkEq(market.accountOf(bob.account).stake, 0, "the shares were all there was");
  }

  function test_close_failsIfTooEarly(uint8 who) public {
    bytes32 id = storeUntil(period() + 3);
    uint256 last = period() + 2;
    address caller = [alice.account, bob.account, bob.hot, mallory.account][who % 4];
    refuse(tooEarly(last - 2, last), caller, id);
    proveNext(bob);
    refuse(tooEarly(last - 1, last), caller, id);
    goTo(last - 1, P - 1);
    refuse(tooEarly(last - 1, last), caller, id);
  }

  function test_close_failsIfBeforeTheProviderHadItsTime(address stranger) public {
    vm.assume(stranger != bob.account && stranger != bob.hot);
    bytes32 id = storeUntil(period() + 2);
    proveNext(bob);
    refuse(notParty(id, stranger), stranger, id);
    refuse(notParty(id, alice.account), alice.account, id);
    nextPeriod(0);
    refuse(frozen(), stranger, id);
    goTo(period(), P - 1);
    refuse(notParty(id, stranger), stranger, id);
    refuse(notParty(id, alice.account), alice.account, id);
    nextPeriod(W);
    closeBy(stranger, id);
    requireClosed(id);
  }

  function test_close_failsIfFrozen(uint256 offset) public {
    bytes32 id = storeUntil(period() + 2);
    nextPeriod(bound(offset, 0, W - 1));
    refuse(frozen(), alice.account, id);
    goTo(period(), W - 1);
    refuse(frozen(), bob.account, id);
    prove(bob);
    closeBy(bob.account, id);
    requireClosed(id);
  }

  function test_close_failsIfEmptyAndFrozen() public {
    bytes32 id = openDeal(alice, bob, "empty");
    storeData(carol, bob, "data", 1, 1);
    nextPeriod(W - 1);
    refuse(frozen(), alice.account, id);
  }

  function test_close_failsIfThereIsNoSuchDeal(bytes32 id) public {
    refuse(unknown(id), alice.account, id);
  }

  function test_close_failsIfClosed() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    closeBy(alice.account, id);
    uint256 credit = market.credits(alice.account);
    refuse(isClosed(id), alice.account, id);
    checkEq(market.credits(alice.account), credit, "the collateral is paid once");
  }

  function closeBy(address caller, bytes32 id) private {
    vm.prank(caller);
    market.close(id);
  }

  function refuse(bytes memory reason, address caller, bytes32 id) private {
    vm.expectRevert(reason);
    vm.prank(caller);
    market.close(id);
  }

  function tooEarly(uint256 now_, uint256 from) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.TooEarlyToClose.selector, now_, from);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Challenge, Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice Opening a direct challenge (R8).
contract ChallengeTest is ChallengeFixture {
  function test_challenge_succeedsIfByRenterOrSigner(bool hot) public {
    bytes32 id = storeData(alice, bob, "data", 2, 3);
    address caller = hot ? alice.hot : alice.account;
    equip(caller);
    uint256 accounted = vault.accounted();
    vm.expectEmit(address(market));
    emit IDealSignals.ChallengeOpened(id, bob.account, caller, period(), UNIT);
    challengeBy(caller, id);
    Challenge memory open = market.challengeOf(id);
    checkEq(open.challenger, caller, "the bond is the caller's");
    checkEq(open.period, period(), "opened now");
    check(market.dealOf(id).challengedIn != 0, "the deal is pinned");
    checkEq(vault.accounted(), accounted + UNIT, "INV-1: the bond is accounted");
  }

  function test_challenge_failsIfByAnybodyElse(address caller) public {
    vm.assume(caller != alice.account && caller != alice.hot);
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.expectRevert(notParty(id, caller));
    challengeBy(caller, id);
  }

  function test_challenge_succeedsWhileFrozen() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(1);
    challengeBy(alice.account, id);
    prove(bob);
    checkEq(market.accountOf(bob.account).lastProven, period(), "and the audit goes on");
  }

  function test_challenge_failsIfNothingIsStored() public {
    bytes32 id = openDeal(alice, bob, "data");
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealIsEmpty.selector, id));
    challengeBy(alice.account, id);
  }

  function test_challenge_failsIfOneIsOpen() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    challengeBy(alice.account, id);
    vm.expectRevert(isChallenged(id));
    challengeBy(alice.account, id);
  }

  function test_challenge_succeedsUntilTwoPeriodsBeforeTheEnd() public {
    bytes32 id = storeUntil(period() + 2);
    challengeBy(alice.account, id);
    check(market.dealOf(id).challengedIn != 0, "there is one period left to answer in");
  }

  function test_challenge_failsIfTheEndIsNear() public {
    bytes32 id = storeUntil(period() + 2);
    proveNext(bob);
    uint256 end = market.dealOf(id).end;
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.TooLateToChallenge.selector, period(), end));
    challengeBy(alice.account, id);
  }

  function test_challenge_failsIfDefaulted() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    vm.expectRevert(isDefaulted(id));
    challengeBy(alice.account, id);
  }

  function test_challenge_failsIfUnknownOrClosed() public {
    vm.expectRevert(unknown("data"));
    challengeBy(alice.account, "data");
    bytes32 id = openDeal(alice, bob, "data");
    cancelBy(alice.account, id);
    vm.expectRevert(isClosed(id));
    challengeBy(alice.account, id);
  }

  function test_challengeFlood_growsDearForItsMakerAlone(uint8 count) public {
    count = uint8(bound(count, 1, 12));
    uint256 before = token.balanceOf(alice.account);
    uint256 bonds;
    for (uint256 i; i < count; ++i) {
      bytes32 id = storeData(alice, bob, bytes32(i), 1, 1);
      before -= 100e18;
      checkEq(market.bondOf(id), bondAfter(i), "the bond is said before");
      challengeBy(alice.account, id);
      bonds += (UNIT * (8 + i) + 7) / 8;
    }
    checkEq(token.balanceOf(alice.account), before - bonds, "an eighth of a unit dearer each");
    checkEq(market.bondOf(storeData(carol, bob, "hers", 1, 1)), UNIT, "Carol pays what she always did");
    checkEq(market.bondOf(storeData(alice, dave, "elsewhere", 1, 1)), UNIT, "and so does Alice elsewhere");
  }

  function test_challenge_succeedsIfTheBondFollowsTheCollateral(uint16 leaves, uint8 ahead) public {
    leaves = uint16(bound(leaves, 1, 1_000));
    ahead = uint8(bound(ahead, 0, 5));
    for (uint256 i; i < ahead; ++i) challengeBy(alice.account, storeData(alice, bob, bytes32(i), 1, 1));
    bytes32 id = openDeal(alice, bob, "data");
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    (revision.leaves, revision.end) = (leaves, uint32(period() + 10));
    commitRevision(alice, bob, revision);
    uint256 first = (WEIGHT * leaves * UNIT * 100) / 10_000;
    if (first < UNIT) first = UNIT;
    uint256 bond = (first * (8 + ahead) + 7) / 8;
    checkEq(market.bondOf(id), bond, "a hundredth of what can be won, and dearer for each before");
    uint256 before = token.balanceOf(alice.account);
    challengeBy(alice.account, id);
    checkEq(token.balanceOf(alice.account), before - bond, "is taken");
    checkEq(market.challengeOf(id).bond, bond, "and written down");
  }

  /// @dev The hole: with a wallet for each deal there is no ladder, and a flat bond was lost for collateral many times as large.
  function test_floodByManyWallets_costsInProportionToWhatItCanWin(uint8 wallets) public {
    wallets = uint8(bound(wallets, 2, 12));
    uint256 bonds;
    uint256 locked;
    for (uint256 i; i < wallets; ++i) {
      Actor memory wallet = actor(vm.toString(i));
      token.transfer(wallet.account, 1_000e18);
      vm.prank(wallet.account);
      token.approve(address(vault), type(uint256).max);
      bytes32 id = openDeal(wallet, bob, "flood");
      Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
      (revision.leaves, revision.end) = (500, uint32(period() + 10));
      commitRevision(wallet, bob, revision);
      bonds += market.bondOf(id);
      locked += market.dealOf(id).weight * UNIT;
      challengeBy(wallet.account, id);
    }
    checkEq(bonds, locked / 100, "a hundredth of all collateral that stands behind it");
  }

  function test_challenge_failsIfTheBondIsNotThere() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.expectRevert();
    challengeBy(alice.hot, id);
    check(market.dealOf(id).challengedIn == 0, "nothing is pinned without a bond");
  }

  function test_pinnedDeal_failsIfCommittedOrClosed() public {
    bytes32 id = storeUntil(period() + 2);
    challengeBy(alice.account, id);
    refuseCommit(isChallenged(id), revisionOf(id, DataSets.make("other", 1, 1)));
    proveNext(bob);
    vm.expectRevert(isChallenged(id));
    vm.prank(bob.account);
    market.close(id);
    Deal memory deal = market.dealOf(id);
    checkEq(deal.leaves, 1, "INV-17: the revision stays");
    goTo(period(), 2);
    answer(id);
    vm.prank(bob.account);
    market.close(id);
    requireClosed(id);
  }

  function test_pinnedDeal_succeedsIfSettledToppedUpOrLeft() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    challengeBy(alice.account, id);
    market.settle(id);
    vm.startPrank(alice.account);
    market.deposit(id, 1);
    market.setBounds(id, type(uint32).max, uint40(9 * GIB), MAX_EGRESS);
    market.setSigner(id, carol.hot);
    market.leaveDeal(id);
    vm.stopPrank();
    check(market.dealOf(id).challengedIn != 0, "money and terms may move");
  }

  /// @dev Tokens and an allowance for a session key.
  function equip(address who) private {
    token.transfer(who, UNIT);
    vm.prank(who);
    token.approve(address(vault), UNIT);
  }
}

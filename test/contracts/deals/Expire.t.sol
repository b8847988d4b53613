// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice What becomes of a challenge that nobody answers (R8).
contract ExpireTest is ChallengeFixture {
  bytes32 private id;
  uint256 private asked;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 1, 2);
    challengeBy(alice.account, id);
    asked = period();
  }

  function test_expire_succeedsIfNobodyAnswered(address caller, uint256 offset) public {
    proveNext(bob);
    goTo(asked + 1, bound(offset, W, P - 1));
    uint256 escrow = 100e18 - 2 * LEAF_RENT;
    uint256 collateral = 2 * WEIGHT * UNIT;
    vm.expectEmit(address(market));
    emit IDealSignals.BondReturned(id, alice.account, UNIT);
    vm.expectEmit(address(market));
    emit IDealSignals.ChallengeExpired(id, bob.account, escrow, collateral);
    vm.prank(caller);
    market.expire(id);
    requireClosed(id);
    checkEq(market.credits(alice.account), escrow + collateral + UNIT, "escrow, collateral and bond");
    checkEq(market.accountOf(bob.account).stake, 1_000e18 - collateral, "the collateral left Bob's stake");
    checkEq(market.accountOf(bob.account).total, 0, "INV-2: nothing is locked any more");
    checkEq(market.bondOf(id), UNIT, "the challenge no longer counts");
  }

  function test_expire_failsIfTheWindowIsOpen() public {
    proveNext(bob);
    uint256 from = market.firstBlockOf(asked + 1) + W;
    goTo(asked + 1, W - 1);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.TooEarlyToExpire.selector, from - 1, from));
    market.expire(id);
    goTo(asked + 1, W);
    market.expire(id);
    requireClosed(id);
  }

  function test_expire_failsIfFrozen() public {
    proveNext(bob);
    nextPeriod(1);
    vm.expectRevert(frozen());
    market.expire(id);
  }

  function test_expire_failsIfAnsweredOrNeverAsked() public {
    proveNext(bob);
    answer(id);
    goTo(asked + 1, W);
    vm.expectRevert(notChallenged(id));
    market.expire(id);
  }

  function test_expire_succeedsIfTheAuditWasMissedToo() public {
    nextPeriod(W);
    vm.prank(mallory.account);
    market.expire(id);
    uint256 weight = 2 * WEIGHT;
    checkEq(market.credits(mallory.account), weight * BOUNTY_PER_WEIGHT, "who finds the miss has its bounty");
    checkEq(
      market.credits(alice.account),
      100e18 + weight * (UNIT + COMPENSATION_PER_WEIGHT) + UNIT,
      "escrow, collateral, compensation and bond"
    );
  }

  function test_expire_succeedsIfDefaultedAsCloseWould() public {
    defaultOn(bob);
    Deal memory deal = market.dealOf(id);
    uint256 share = market.defaultOf(bob.account, deal.generation).share;
    market.expire(id);
    requireClosed(id);
    checkEq(
      market.credits(alice.account),
      100e18 + deal.weight * (share + 5 * COMPENSATION_PER_WEIGHT) + UNIT,
      "INV-17: the bond comes back after a default"
    );
  }

  function test_close_succeedsIfDefaultedWhileChallenged() public {
    defaultOn(bob);
    market.close(id);
    check(market.dealOf(id).challengedIn == 0, "nothing is open any more");
    checkEq(market.challengeOf(id).challenger, address(0), "INV-17: the bond went once");
    vm.expectRevert(isClosed(id));
    market.expire(id);
  }

  function test_forfeit_succeedsIfChallenged() public {
    vm.expectEmit(address(market));
    emit IDealSignals.BondReturned(id, alice.account, UNIT);
    vm.prank(bob.account);
    market.forfeit(id);
    requireClosed(id);
    checkEq(market.credits(alice.account), 100e18 + 2 * WEIGHT * UNIT + UNIT, "Alice is no worse off");
  }

  function test_deleteAtEnd_failsIfChallengedInTheLastMoment() public {
    bytes32 last = openDeal(alice, bob, "last");
    Revision memory revision = revisionOf(last, DataSets.make("last", 1, 1));
    revision.end = uint32(period() + 2);
    commitRevision(alice, bob, revision);
    stored[last] = DataSets.make("last", 1, 1);
    challengeBy(alice.account, last);
    proveNext(bob);
    vm.expectRevert(isChallenged(last));
    vm.prank(bob.account);
    market.close(last);
    goTo(asked + 1, W);
    market.expire(last);
    requireClosed(last);
  }
}

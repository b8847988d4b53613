// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract ForfeitTest is DealFixture {
  function test_forfeit_succeedsIfByTheProvider(uint8 leaves, uint8 proven, bool hot) public {
    leaves = uint8(bound(leaves, 1, 12));
    proven = uint8(bound(proven, 0, 2));
    bytes32 id = storeData(alice, bob, "data", 1, leaves);
    for (uint256 i; i < proven; ++i) proveNext(bob);
    uint256 rent = LEAF_RENT * leaves * proven;
    uint256 collateral = WEIGHT * leaves * UNIT;
    vm.expectEmit(address(market));
    emit IDealSignals.DealForfeited(id, bob.account, 100e18 - rent, collateral);
    forfeitBy(hot ? bob.hot : bob.account, id);
    requireClosed(id);
    checkEq(market.credits(alice.account), 100e18 - rent + collateral, "Alice has escrow and collateral");
    checkEq(market.credits(bob.account), rent, "Bob has the rent of what he proved");
    checkEq(market.accountOf(bob.account).stake, 1_000e18 - collateral, "the collateral left his stake");
    checkEq(market.accountOf(bob.account).total, 0, "nothing is locked");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot is free");
  }

  function test_forfeit_succeedsIfOthersStay() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    bytes32 other = storeData(carol, bob, "other", 1, 2);
    proveNext(bob);
    forfeitBy(bob.hot, id);
    checkEq(market.accountOf(bob.account).total, 2 * WEIGHT, "INV-2: the other weight is left");
    checkEq(market.dealOf(other).weight, 2 * WEIGHT, "on the other deal");
    proveNext(bob);
    market.settle(other);
    checkEq(market.credits(bob.account), LEAF_RENT + 2 * 2 * LEAF_RENT, "which Bob goes on proving");
  }

  function test_forfeit_succeedsIfTheStakeIsShort() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    storeData(carol, bob, "other", 1, 2);
    vm.prank(bob.account);
    market.unstake(1_000e18 - 3 * WEIGHT * UNIT);
    missNext(bob);
    uint256 cover = (UNIT * 99) / 100;
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), 0, 0, WEIGHT * COMPENSATION_PER_WEIGHT);
    vm.expectEmit(address(market));
    emit IDealSignals.DealForfeited(id, bob.account, 100e18, WEIGHT * cover);
    forfeitBy(bob.hot, id);
    checkEq(market.accountOf(bob.account).stake, 2 * WEIGHT * cover, "Carol's share of the stake is not touched");
    checkEq(
      market.credits(alice.account),
      100e18 + WEIGHT * (cover + COMPENSATION_PER_WEIGHT),
      "escrow, cover and compensation"
    );
  }

  function test_forfeit_succeedsIfDefaulted(address caller) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealClosed(id, bob.account, 100e18, WEIGHT * UNIT);
    forfeitBy(caller, id);
    requireClosed(id);
    checkEq(
      market.credits(alice.account),
      100e18 + WEIGHT * (UNIT + 5 * COMPENSATION_PER_WEIGHT),
      "it acts as close, by anybody"
    );
  }

  function test_forfeit_succeedsBehindTheWindow(uint256 offset) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(bound(offset, W, P - 1));
    forfeitBy(bob.hot, id);
    requireClosed(id);
    checkEq(market.missesThrough(bob.account, period()), 1, "the miss is slashed first: no drawn sample is dodged");
  }

  function test_forfeit_failsIfFrozen(uint256 offset) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(bound(offset, 0, W - 1));
    refuse(frozen(), bob.hot, id);
    goTo(period(), W - 1);
    refuse(frozen(), bob.account, id);
    prove(bob);
    forfeitBy(bob.hot, id);
    requireClosed(id);
  }

  function test_forfeit_failsIfNotTheProvider(address caller) public {
    vm.assume(caller != bob.account && caller != bob.hot);
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    refuse(notParty(id, caller), caller, id);
    refuse(notParty(id, alice.account), alice.account, id);
    refuse(notParty(id, alice.hot), alice.hot, id);
    refuse(notParty(id, dave.account), dave.account, id);
  }

  function test_forfeit_failsIfByAnOldOperator() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.prank(bob.account);
    registry.setOperator(dave.hot);
    refuse(notParty(id, bob.hot), bob.hot, id);
    forfeitBy(dave.hot, id);
    requireClosed(id);
  }

  function test_forfeit_failsIfNothingIsStored() public {
    bytes32 id = openDeal(alice, bob, "data");
    bytes memory reason = abi.encodeWithSelector(IDealSignals.DealIsEmpty.selector, id);
    refuse(reason, bob.account, id);
    commitData(alice, bob, id, stored[id]);
    refuse(reason, bob.account, id);
  }

  function test_forfeit_failsIfThereIsNoSuchDeal(bytes32 id) public {
    refuse(unknown(id), bob.account, id);
  }

  function test_forfeit_failsIfClosed() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    forfeitBy(bob.hot, id);
    refuse(isClosed(id), bob.hot, id);
    checkEq(market.credits(alice.account), 100e18 + WEIGHT * UNIT, "the collateral is paid once");
  }

  function forfeitBy(address caller, bytes32 id) private {
    vm.prank(caller);
    market.forfeit(id);
  }

  function refuse(bytes memory reason, address caller, bytes32 id) private {
    vm.expectRevert(reason);
    forfeitBy(caller, id);
  }
}

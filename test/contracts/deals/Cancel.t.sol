// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {OpenRequest} from "../../../contracts/MarketTypes.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract CancelTest is DealFixture {
  function test_cancel_succeedsIfNeverCommitted(uint256 escrow, uint256 more) public {
    OpenRequest memory request = requestFor(alice, bob, "data");
    request.escrow = uint128(bound(escrow, UNIT, 1_000e18));
    more = bound(more, 0, 1_000e18);
    bytes32 id = openDeal(alice, request);
    vm.prank(carol.account);
    market.deposit(id, more);
    vm.expectEmit(address(market));
    emit IDealSignals.DealCancelled(id, request.escrow + more);
    cancelBy(alice.account, id);
    requireClosed(id);
    checkEq(
      market.credits(alice.account),
      request.escrow + more,
      "the whole escrow is the renter's, whoever paid it in"
    );
  }

  function test_cancel_succeedsIfEndedByAgreement(uint8 paid) public {
    paid = uint8(bound(paid, 0, 3));
    bytes32 id = storeUntil(period() + 10);
    for (uint256 i; i < paid; ++i) proveNext(bob);
    emptyDeal(id);
    goTo(period() + 2, 0);
    uint256 refund = 100e18 - LEAF_RENT * paid;
    vm.expectEmit(address(market));
    emit IDealSignals.DealCancelled(id, refund);
    cancelBy(alice.account, id);
    requireClosed(id);
    checkEq(market.credits(alice.account), refund, "what the proven periods left");
    checkEq(market.credits(bob.account), LEAF_RENT * paid, "which Bob has");
    checkEq(market.lockedOf(bob.account), 0, "no collateral is locked");
  }

  function test_cancel_succeedsIfFrozen(uint256 offset) public {
    bytes32 id = openDeal(alice, bob, "empty");
    storeData(carol, bob, "data", 1, 1);
    nextPeriod(bound(offset, 0, W - 1));
    check(market.isFrozen(bob.account), "Bob is frozen");
    cancelBy(alice.account, id);
    requireClosed(id);
  }

  function test_cancel_succeedsIfTheProviderDefaultedOnOthers() public {
    bytes32 id = openDeal(alice, bob, "empty");
    storeData(carol, bob, "data", 1, 1);
    defaultOn(bob);
    cancelBy(alice.account, id);
    requireClosed(id);
    checkEq(market.credits(alice.account), 100e18, "an empty deal belongs to no generation");
  }

  function test_cancel_failsIfDataIsStored(uint8 leaves) public {
    leaves = uint8(bound(leaves, 1, 20));
    bytes32 id = storeData(alice, bob, "data", 1, leaves);
    refuse(abi.encodeWithSelector(IDealSignals.DealNotEmpty.selector, id, leaves), alice.account, id);
  }

  function test_cancel_failsIfDefaultedWithData() public {
    bytes32 id = storeData(alice, bob, "data", 1, 2);
    defaultOn(bob);
    refuse(abi.encodeWithSelector(IDealSignals.DealNotEmpty.selector, id, 2), alice.account, id);
  }

  function test_cancel_failsIfNotTheRenter(address caller) public {
    vm.assume(caller != alice.account);
    bytes32 id = openDeal(alice, bob, "data");
    refuse(notParty(id, caller), caller, id);
    refuse(notParty(id, alice.hot), alice.hot, id);
    refuse(notParty(id, bob.account), bob.account, id);
    refuse(notParty(id, bob.hot), bob.hot, id);
  }

  function test_cancel_failsIfThereIsNoSuchDeal(bytes32 id) public {
    refuse(unknown(id), alice.account, id);
  }

  function test_cancel_failsIfClosed() public {
    bytes32 id = openDeal(alice, bob, "data");
    cancelBy(alice.account, id);
    refuse(isClosed(id), alice.account, id);
    checkEq(market.credits(alice.account), 100e18, "the refund is paid once");
  }

  function refuse(bytes memory reason, address caller, bytes32 id) private {
    vm.expectRevert(reason);
    cancelBy(caller, id);
  }
}

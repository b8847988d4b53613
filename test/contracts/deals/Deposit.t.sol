// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract DepositTest is MarketFixture {
  function test_deposit_succeedsIfAnybodyPays(uint256 amount) public {
    amount = bound(amount, 0, RICH);
    bytes32 id = openDeal(alice, bob, "salt");
    vm.expectEmit(address(market));
    emit IDealSignals.DealDeposited(id, carol.account, amount);
    vm.prank(carol.account);
    market.deposit(id, amount);
    checkEq(market.dealOf(id).escrow, 100e18 + amount, "the escrow grew");
    checkEq(token.balanceOf(carol.account), RICH - amount, "Carol paid");
  }

  function test_deposit_succeedsIfFrozen() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(1);
    vm.prank(alice.account);
    market.deposit(id, 5);
    checkEq(market.dealOf(id).escrow, 100e18 + 5, "money may come at any time");
  }

  function test_deposit_failsIfItDoesNotFit() public {
    bytes32 id = openDeal(alice, bob, "salt");
    uint256 most = type(uint128).max;
    vm.expectRevert(outOfBounds("escrow", most + 1, 0, most));
    market.deposit(id, most + 1 - 100e18);
  }

  function test_deposit_failsIfThereIsNoSuchDeal() public {
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealUnknown.selector, bytes32("none")));
    market.deposit("none", 1);
  }

  function test_deposit_failsIfClosed() public {
    bytes32 id = openDeal(alice, bob, "salt");
    vm.prank(alice.account);
    market.cancel(id);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealIsClosed.selector, id));
    market.deposit(id, 1);
  }

  function test_deposit_failsIfDefaulted() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealDefaulted.selector, id));
    market.deposit(id, 1);
  }
}

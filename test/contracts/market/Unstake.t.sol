// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract UnstakeTest is MarketFixture {
  function test_unstake_succeedsIfFree(uint256 amount) public {
    storeData(alice, bob, "data", 2, 4);
    uint256 free = 1_000e18 - market.lockedOf(bob.account);
    amount = bound(amount, 0, free);
    vm.expectEmit(address(market));
    emit IMarketStakes.Unstaked(bob.account, amount);
    vm.prank(bob.account);
    market.unstake(amount);
    checkEq(market.credits(bob.account), amount, "free stake became credit");
    checkEq(market.accountOf(bob.account).stake, 1_000e18 - amount, "and left the stake");
  }

  function test_unstake_succeedsIfFrozen() public {
    storeData(alice, bob, "data", 2, 4);
    nextPeriod(0);
    check(market.isFrozen(bob.account), "the draw is still to be answered");
    vm.prank(bob.account);
    market.unstake(1);
    checkEq(market.credits(bob.account), 1, "free stake moves at any time");
  }

  function test_unstake_failsIfLocked(uint256 amount) public {
    storeData(alice, bob, "data", 2, 4);
    uint256 free = 1_000e18 - market.lockedOf(bob.account);
    amount = bound(amount, free + 1, type(uint256).max);
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.InsufficientFunds.selector, amount, free));
    vm.prank(bob.account);
    market.unstake(amount);
  }

  function test_unstake_failsIfAMissLeftLessThanLocked() public {
    storeData(alice, bob, "data", 2, 4);
    uint256 free = 1_000e18 - market.lockedOf(bob.account);
    vm.prank(bob.account);
    market.unstake(free);
    missNext(bob);
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.InsufficientFunds.selector, 1, 0));
    vm.prank(bob.account);
    market.unstake(1);
  }

  function test_unstake_failsIfNotTheOwner() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.InsufficientFunds.selector, 1, 0));
    vm.prank(bob.hot);
    market.unstake(1);
  }
}

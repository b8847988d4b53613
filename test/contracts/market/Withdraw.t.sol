// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract WithdrawTest is MarketFixture {
  function test_withdraw_succeedsIfCovered(uint256 credit, uint256 amount) public {
    credit = bound(credit, 0, 1_000e18);
    amount = bound(amount, 0, credit);
    vm.prank(bob.account);
    market.unstake(credit);
    uint256 accounted = vault.accounted();
    uint256 purse = token.balanceOf(carol.account);
    vm.expectEmit(address(market));
    emit IMarketStakes.Withdrawn(bob.account, carol.account, amount);
    vm.prank(bob.account);
    market.withdraw(amount, carol.account);
    checkEq(market.credits(bob.account), credit - amount, "the credit shrank");
    checkEq(token.balanceOf(carol.account), purse + amount, "Carol was paid");
    checkEq(vault.accounted(), accounted - amount, "the vault accounts for less");
  }

  function test_withdraw_failsIfMoreThanTheCredit(uint256 credit, uint256 amount) public {
    credit = bound(credit, 0, 1_000e18);
    amount = bound(amount, credit + 1, type(uint256).max);
    vm.prank(bob.account);
    market.unstake(credit);
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.InsufficientFunds.selector, amount, credit));
    vm.prank(bob.account);
    market.withdraw(amount, bob.account);
  }

  function test_withdraw_failsIfToNobody() public {
    vm.expectRevert(IMarketStakes.ZeroRecipient.selector);
    vm.prank(bob.account);
    market.withdraw(0, address(0));
  }
}

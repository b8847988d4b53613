// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract StakeTest is MarketFixture {
  function test_stake_succeedsIfAnybodyPays(uint96 amount) public {
    uint256 paid = bound(amount, 0, RICH);
    uint256 before = market.accountOf(bob.account).stake;
    uint256 purse = token.balanceOf(carol.account);
    vm.expectEmit(address(market));
    emit IMarketStakes.Staked(bob.account, carol.account, paid);
    vm.prank(carol.account);
    market.stake(bob.account, paid);
    checkEq(market.accountOf(bob.account).stake, before + paid, "the stake is Bob's");
    checkEq(token.balanceOf(carol.account), purse - paid, "the tokens were Carol's");
    checkEq(vault.accounted(), token.balanceOf(address(vault)), "the vault holds what it accounts for");
  }

  function test_stake_failsIfProviderIsUnknown() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.UnknownProvider.selector, carol.account));
    vm.prank(carol.account);
    market.stake(carol.account, 1);
  }

  function test_stake_failsIfItDoesNotFit() public {
    uint256 most = type(uint96).max;
    uint256 sum = most + 1;
    uint256 added = sum - market.accountOf(bob.account).stake;
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.OutOfBounds.selector, "stake", sum, 0, most));
    market.stake(bob.account, added);
  }

  function test_stake_failsIfNotApproved() public {
    vm.prank(carol.account);
    token.approve(address(vault), 0);
    vm.expectRevert();
    vm.prank(carol.account);
    market.stake(bob.account, 1);
  }
}

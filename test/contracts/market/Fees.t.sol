// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketFees} from "../../../contracts/interfaces/IMarketFees.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {FeeFixture} from "../support/FeeFixture.sol";

/// @notice Fees on rent, by epoch (R5, R11).
contract FeesTest is FeeFixture {
  function test_settle_succeedsIfTheFeeIsTakenOffTheRent() public {
    bytes32 id = storeData(alice, bob, "data", 1, 3);
    proveNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), 3 * LEAF_RENT, 3 * FEE, 0);
    market.settle(id);
    checkEq(market.dealOf(id).escrow, 100e18 - 3 * LEAF_RENT, "the renter pays the rent");
    checkEq(market.credits(bob.account), 3 * (LEAF_RENT - FEE), "the provider has it but for the fee");
    checkEq(market.feesOf(market.currentEpoch(), bob.account), 3 * FEE, "his fee is on record");
    checkEq(market.feesIn(market.currentEpoch()), 3 * FEE, "and everybody's");
  }

  function test_settle_succeedsIfFeesAreRoundedUpPerPeriod(uint8 periods, bool often) public {
    periods = uint8(bound(periods, 1, 6));
    bytes32 id = openDeal(alice, bob, "data");
    commitPriced(id, 33_554_432 + 1); // a rate of 2 wei
    for (uint256 i; i < periods; ++i) {
      proveNext(bob);
      if (often) market.settle(id);
    }
    market.settle(id);
    checkEq(market.credits(bob.account), periods, "INV-11: one wei of two a period, settled often or once");
  }

  function test_epoch_succeedsIfItChangesEveryThirdPeriod() public {
    while (period() % 3 != 0) nextPeriod(0);
    uint256 epoch = market.currentEpoch();
    checkEq(epoch, (period() - 1) / 3, "epoch e begins with period 1 + eE");
    goTo(period(), P - 1);
    checkEq(market.currentEpoch(), epoch, "to the last block");
    goTo(period() + 1, 0);
    checkEq(market.currentEpoch(), epoch + 1, "and the next begins");
  }

  function test_lumpFee_succeedsInTheEpochInWhichItIsPaid() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    for (uint256 i; i < 7; ++i) proveNext(bob);
    uint256 epoch = market.currentEpoch();
    market.settle(id);
    checkEq(market.feesOf(epoch, bob.account), 7 * FEE, "seven periods' fees in one epoch");
    checkEq(market.feesOf(epoch - 1, bob.account), 0, "none in those before");
  }

  function test_collectFees_failsIfByAnybodyElse(address caller) public {
    vm.assume(caller != address(rewardPool));
    vm.expectRevert(abi.encodeWithSelector(IMarketFees.NotPool.selector, caller));
    vm.prank(caller);
    market.collectFees(0);
  }

  function test_collectFees_failsIfTheEpochRuns() public {
    uint256 epoch = market.currentEpoch();
    vm.expectRevert(abi.encodeWithSelector(IMarketFees.EpochNotOver.selector, epoch, epoch));
    vm.prank(address(rewardPool));
    market.collectFees(epoch);
  }

  function test_collectFees_succeedsOnce() public {
    bytes32 id = openDeal(alice, bob, "data");
    commitPriced(id, 33_554_432 * 201); // a rate of 201 wei, a fee of 3
    proveNext(bob);
    market.settle(id);
    uint256 epoch = market.currentEpoch();
    goTo(period() + 3, 0);
    vm.expectEmit(address(market));
    emit IMarketFees.FeesCollected(epoch, address(rewardPool), 1, 2);
    vm.prank(address(rewardPool));
    market.collectFees(epoch);
    vm.prank(address(rewardPool));
    market.collectFees(epoch);
    checkEq(market.credits(address(rewardPool)), 1, "the pool has its share, once");
    checkEq(market.credits(BURN), 2, "the rest is burnt, rounded up");
  }

  function test_fund_succeedsIfByAnybody(address account, uint96 amount) public {
    vm.assume(account != address(0));
    amount = uint96(bound(amount, 0, RICH));
    uint256 before = market.credits(account);
    vm.expectEmit(address(market));
    emit IMarketFees.Funded(account, carol.account, amount);
    vm.prank(carol.account);
    market.fund(account, amount);
    checkEq(market.credits(account), before + amount, "credit");
    checkEq(token.balanceOf(carol.account), RICH - amount, "for tokens");
  }

  function test_fund_failsIfForNobody() public {
    vm.expectRevert(IMarketStakes.ZeroRecipient.selector);
    market.fund(address(0), 1);
  }

  function commitPriced(bytes32 id, uint128 price) private {
    (uint40 leaves, uint24 sectors) = (1, 1);
    commitRevision(alice, bob, pricedRevision(id, price, leaves, sectors));
  }
}

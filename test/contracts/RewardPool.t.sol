// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketFees} from "../../contracts/interfaces/IMarketFees.sol";
import {IRewardPool} from "../../contracts/interfaces/IRewardPool.sol";
import {FeeFixture} from "./support/FeeFixture.sol";

/// @notice How the fees of an epoch, and what sponsors add, come back to those who paid fees (R11).
contract RewardPoolTest is FeeFixture {
  function setUp() public override {
    super.setUp();
    vm.prank(carol.account);
    token.approve(address(rewardPool), type(uint256).max);
  }

  function test_claim_succeedsIfSharedByFees(uint8 bobs, uint8 daves, uint64 sponsored) public {
    bobs = uint8(bound(bobs, 1, 12));
    daves = uint8(bound(daves, 1, 12));
    uint256 epoch = earn(bobs, daves);
    sponsorBy(carol, epoch, sponsored);
    uint256 pot = sponsored + (uint256(bobs) + daves) * FEE - half((uint256(bobs) + daves) * FEE);
    checkEq(rewardPool.potOf(epoch), pot, "half of the fees, and what Carol gave");
    afterEpoch(epoch);
    uint256 bobsReward = (pot * bobs) / (uint256(bobs) + daves);
    uint256 davesReward = (pot * daves) / (uint256(bobs) + daves);
    checkEq(rewardPool.rewardOf(epoch, bob.account), bobsReward, "Bob's reward is said before");
    claim(bob, epoch);
    checkEq(token.balanceOf(bob.account), RICH - 1_000e18 + bobsReward, "and paid to his own address");
    checkEq(rewardPool.rewardOf(epoch, bob.account), 0, "once");
    uint256 dust = pot - bobsReward - davesReward;
    vm.expectEmit(address(rewardPool));
    emit IRewardPool.DustBurnt(epoch, dust);
    claim(dave, epoch);
    checkEq(token.balanceOf(dave.account), RICH - 1_000e18 + davesReward, "Dave has his");
    checkEq(token.balanceOf(BURN), dust, "the dust is burnt");
    checkEq(market.credits(address(rewardPool)), 0, "INV-8: the pool keeps nothing");
  }

  function test_claim_succeedsForManyEpochsAtOnce() public {
    bytes32 id = storeData(alice, bob, "data", 1, 10);
    uint256[] memory epochs = new uint256[](2);
    for (uint256 i; i < 2; ++i) {
      for (uint256 j; j < 3; ++j) proveNext(bob);
      market.settle(id);
      epochs[i] = market.currentEpoch();
    }
    afterEpoch(epochs[1]);
    uint256 owed = rewardPool.rewardOf(epochs[0], bob.account) + rewardPool.rewardOf(epochs[1], bob.account);
    vm.prank(mallory.account);
    rewardPool.claim(bob.account, epochs);
    checkEq(token.balanceOf(bob.account), RICH - 1_000e18 + owed, "whoever calls, Bob is paid");
  }

  function test_claim_failsIfTwice() public {
    uint256 epoch = earn(1, 1);
    afterEpoch(epoch);
    claim(bob, epoch);
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.AlreadyClaimed.selector, epoch, bob.account));
    claim(bob, epoch);
    uint256[] memory twice = new uint256[](2);
    (twice[0], twice[1]) = (epoch, epoch);
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.AlreadyClaimed.selector, epoch, dave.account));
    rewardPool.claim(dave.account, twice);
  }

  function test_claim_failsIfTheEpochRuns() public {
    uint256 epoch = earn(1, 1);
    vm.expectRevert(abi.encodeWithSelector(IMarketFees.EpochNotOver.selector, epoch, epoch));
    claim(bob, epoch);
  }

  function test_claim_failsIfNoFeesWerePaid() public {
    uint256 epoch = earn(1, 1);
    afterEpoch(epoch);
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.NothingEarned.selector, epoch, mallory.account));
    claim(mallory, epoch);
  }

  function test_selfDealing_failsToEarnFromFees(uint8 own, uint8 others) public {
    own = uint8(bound(own, 1, 60));
    others = uint8(bound(others, 1, 4));
    uint256 epoch = earn(own, others);
    afterEpoch(epoch);
    check(
      rewardPool.rewardOf(epoch, bob.account) <= (own * FEE) / 2,
      "nobody gets back more than half of what it paid"
    );
  }

  function test_lumpFeeFarming_winsNoMoreThanTheSponsorshipLessTheBurntFees(uint8 periods, uint64 sponsored) public {
    periods = uint8(bound(periods, 1, 12));
    bytes32 id = storeData(alice, bob, "own", 1, 5);
    for (uint256 i; i < periods; ++i) proveNext(bob);
    uint256 epoch = market.currentEpoch();
    sponsorBy(carol, epoch, sponsored);
    market.settle(id);
    uint256 paid = market.feesOf(epoch, bob.account);
    afterEpoch(epoch);
    uint256 reward = rewardPool.rewardOf(epoch, bob.account);
    checkEq(reward, sponsored + paid - half(paid), "alone in the epoch he takes all of it");
    check(reward + half(paid) <= sponsored + paid, "and what he wins is the sponsor's, less the burnt fees");
  }

  function test_sponsor_failsIfTheEpochIsOver() public {
    uint256 epoch = market.currentEpoch();
    afterEpoch(epoch);
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.EpochOver.selector, epoch, epoch + 1));
    sponsorBy(carol, epoch, 1);
  }

  function test_reclaim_succeedsIfNobodyPaidFees(uint64 amount) public {
    amount = uint64(bound(amount, 1, type(uint64).max));
    uint256 epoch = market.currentEpoch();
    sponsorBy(carol, epoch, amount);
    checkEq(rewardPool.sponsoredBy(epoch, carol.account), amount, "hers");
    checkEq(rewardPool.sponsoredBy(epoch, mallory.account), 0, "and nobody else's");
    afterEpoch(epoch);
    vm.prank(carol.account);
    rewardPool.reclaim(epoch);
    checkEq(token.balanceOf(carol.account), RICH, "INV-15: Carol has hers back");
    checkEq(rewardPool.sponsorshipOf(epoch), 0, "nothing is left");
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.NothingSponsored.selector, epoch, carol.account));
    vm.prank(carol.account);
    rewardPool.reclaim(epoch);
  }

  function test_reclaim_failsIfFeesWerePaid() public {
    uint256 epoch = earn(1, 1);
    sponsorBy(carol, epoch, 5);
    afterEpoch(epoch);
    vm.expectRevert(abi.encodeWithSelector(IRewardPool.EpochEarned.selector, epoch));
    vm.prank(carol.account);
    rewardPool.reclaim(epoch);
  }

  function test_reclaim_failsIfTheEpochRuns() public {
    uint256 epoch = market.currentEpoch();
    sponsorBy(carol, epoch, 5);
    vm.expectRevert(abi.encodeWithSelector(IMarketFees.EpochNotOver.selector, epoch, epoch));
    vm.prank(carol.account);
    rewardPool.reclaim(epoch);
  }

  function test_sponsor_failsIfTheEpochIsTooFar(uint256 epoch) public {
    uint256 last = market.currentEpoch() + 100;
    uint256[3] memory far = [last + 1, bound(epoch, last + 1, type(uint256).max), type(uint256).max];
    for (uint256 i; i < 3; ++i) {
      vm.expectRevert(abi.encodeWithSelector(IRewardPool.EpochTooFar.selector, far[i], last));
      vm.prank(carol.account);
      rewardPool.sponsor(far[i], 1e18);
    }
    sponsorBy(carol, last, 1e18);
    afterEpoch(last);
    vm.prank(carol.account);
    rewardPool.reclaim(last);
    checkEq(token.balanceOf(carol.account), RICH, "INV-15: what nobody earned comes back");
  }

  /// @dev Bob and Dave each pay the fees of as many leaves for one period, in the epoch returned.
  function earn(uint256 bobs, uint256 daves) private returns (uint256 epoch) {
    bytes32 first = storeData(alice, bob, "bob's", 1, bobs);
    bytes32 second = storeData(alice, dave, "dave's", 1, daves);
    proveNext(bob);
    prove(dave);
    market.settle(first);
    market.settle(second);
    return market.currentEpoch();
  }

  function afterEpoch(uint256 epoch) private {
    goTo((epoch + 1) * 3 + 1, 0);
  }

  function claim(Actor memory who, uint256 epoch) private {
    uint256[] memory epochs = new uint256[](1);
    epochs[0] = epoch;
    rewardPool.claim(who.account, epochs);
  }

  function sponsorBy(Actor memory who, uint256 epoch, uint256 amount) private {
    vm.prank(who.account);
    rewardPool.sponsor(epoch, amount);
  }

  function half(uint256 amount) private pure returns (uint256) {
    return (amount + 1) / 2;
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {DefaultRecord, ProviderAccount} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract SyncTest is MarketFixture {
  uint256 private constant WEIGHT = 90;

  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 1, 10);
  }

  function test_sync_succeedsIfAMissMovesTheSlash() public {
    nextPeriod(W);
    uint256 p = period();
    uint256 burnt = WEIGHT * BURN_PER_WEIGHT;
    uint256 bounty = WEIGHT * BOUNTY_PER_WEIGHT;
    uint256 compensation = WEIGHT * COMPENSATION_PER_WEIGHT;
    vm.expectEmit(address(market));
    emit IMarketStakes.Missed(bob.account, p, carol.account, burnt, bounty, compensation);
    vm.prank(carol.account);
    market.sync(bob.account);
    checkEq(market.credits(BURN), burnt, "half is burnt");
    checkEq(market.credits(carol.account), bounty, "the finder has the bounty");
    checkEq(market.compensationIndexOf(bob.account), COMPENSATION_PER_WEIGHT, "the renters' part accrues");
    checkEq(market.accountOf(bob.account).stake, 1_000e18 - burnt - bounty - compensation, "all from the stake");
    checkEq(market.missesThrough(bob.account, p), 1, "one miss on record");
    checkEq(market.missesThrough(bob.account, p - 1), 0, "and none before");
  }

  function test_sync_succeedsIfTheBountyIsCappedAndTheExcessBurnt() public {
    for (uint256 i; i < 60; ++i) storeData(carol, bob, bytes32(i), 1, 100);
    stakeFor(bob, 100_000e18);
    uint256 total = market.accountOf(bob.account).total;
    check(total * BOUNTY_PER_WEIGHT > 10 * UNIT, "more than the cap");
    missNext(bob);
    checkEq(market.credits(mallory.account), 10 * UNIT, "the cap");
    uint256 burnt = total * (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT) - 10 * UNIT;
    checkEq(market.credits(BURN), burnt, "the excess is burnt (INV-8)");
  }

  function test_sync_succeedsIfUndecidedWithoutAMiss() public {
    nextPeriod(0);
    market.sync(bob.account);
    goTo(period(), W - 1);
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, period()), 0, "the window is open up to block W - 1");
    goTo(period(), W);
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, period()), 1, "and closed in block W");
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, period()), 1, "a miss counts once");
  }

  function test_sync_succeedsIfLateAsIfInTime(uint256 gap) public {
    gap = bound(gap, 1, 4);
    uint256 snapshot = vm.snapshotState();
    for (uint256 i; i < gap; ++i) missNext(bob);
    bytes32 inTime = books();
    vm.revertToState(snapshot);
    goTo(period() + gap, W);
    vm.prank(mallory.account);
    market.sync(bob.account);
    checkEq(books(), inTime, "the same wei (INV-11)");
  }

  function test_sync_succeedsIfARunOfMissesIsADefault() public {
    for (uint256 i; i < 4; ++i) missNext(bob);
    checkEq(market.accountOf(bob.account).generation, 0, "one less than maxMisses is none");
    nextPeriod(W);
    uint256 p = period();
    uint256 slash = WEIGHT * (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT + COMPENSATION_PER_WEIGHT);
    vm.expectEmit(address(market));
    emit IMarketStakes.Defaulted(bob.account, p, 0, WEIGHT, UNIT, 0);
    market.sync(bob.account);
    ProviderAccount memory account = market.accountOf(bob.account);
    checkEq(account.generation, 1, "the next generation");
    checkEq(account.total, 0, "is empty");
    checkEq(account.stake, 1_000e18 - 5 * slash - WEIGHT * UNIT, "five slashes and all collateral");
    DefaultRecord memory ended = market.defaultOf(bob.account, 0);
    checkEq(ended.period, p, "when it ended");
    checkEq(ended.share, UNIT, "each unit of weight takes a whole unit");
    checkEq(ended.compensationIndex, 5 * COMPENSATION_PER_WEIGHT, "the last miss is slashed like any other");
  }

  function test_sync_succeedsIfAProofEndsTheRun() public {
    for (uint256 i; i < 4; ++i) missNext(bob);
    proveNext(bob);
    for (uint256 i; i < 4; ++i) missNext(bob);
    checkEq(market.accountOf(bob.account).generation, 0, "four and four are no five");
    missNext(bob);
    checkEq(market.accountOf(bob.account).generation, 1, "but the fifth in a row is");
  }

  function test_sync_succeedsIfMissesAfterTheDefaultAreNone() public {
    goTo(period() + 20, W);
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, period()), 5, "at most maxMisses steps");
    checkEq(market.defaultOf(bob.account, 0).period, period() - 15, "the default is where the run was full");
    market.sync(bob.account);
    checkEq(market.accountOf(bob.account).syncedThrough, period(), "an idle provider owes nothing");
    checkEq(market.missesThrough(bob.account, period()), 5, "and misses nothing");
  }

  function test_sync_succeedsIfCoverIsExact() public {
    uint256 locked = WEIGHT * UNIT;
    vm.prank(bob.account);
    market.unstake(1_000e18 - locked);
    for (uint256 i; i < 10; ++i) {
      missNext(bob);
      checkEq(market.accountOf(bob.account).generation, 0, "covered");
      proveNext(bob);
    }
    checkEq(market.accountOf(bob.account).stake, (locked * 9_000) / 10_000, "coverBps exactly is enough");
    missNext(bob);
    checkEq(market.accountOf(bob.account).generation, 1, "less is a default, after one miss");
    checkEq(market.defaultOf(bob.account, 0).share, (UNIT * 89) / 100, "what is left is shared evenly");
  }

  function test_sync_succeedsIfOneWeiLessThanCoverIsADefault() public {
    uint256 locked = WEIGHT * UNIT;
    vm.prank(bob.account);
    market.unstake(1_000e18 - locked);
    for (uint256 i; i < 9; ++i) {
      missNext(bob);
      proveNext(bob);
    }
    stakeFor(bob, locked / 100 - 1);
    missNext(bob);
    proveNext(bob);
    checkEq(market.accountOf(bob.account).stake, (locked * 91) / 100 - 1, "ten misses, nearly one topped up");
    missNext(bob);
    checkEq(market.accountOf(bob.account).generation, 1, "a wei under the cover is a default");
  }

  function test_sync_succeedsIfTheRestBelowTheWeightsIsBurnt() public {
    vm.prank(bob.account);
    market.unstake(1_000e18 - WEIGHT * UNIT);
    for (uint256 i; i < 5; ++i) missNext(bob);
    DefaultRecord memory ended = market.defaultOf(bob.account, 0);
    checkEq(ended.share, (UNIT * 95) / 100, "five percent of the stake were slashed");
    checkEq(market.accountOf(bob.account).stake, 0, "nothing is left in an empty generation");
    uint256 before = market.credits(alice.account);
    market.close(id);
    uint256 taken = market.credits(alice.account) - before;
    checkEq(taken, 100e18 + WEIGHT * (ended.share + ended.compensationIndex), "and the deal takes its share");
  }

  function test_sync_succeedsIfNobodyIsThere() public {
    market.sync(mallory.account);
    checkEq(market.accountOf(mallory.account).syncedThrough, 0, "no account is made for a stranger");
    market.sync(dave.account);
    checkEq(market.accountOf(dave.account).lastProven, period(), "an idle provider is up to date");
  }

  function books() private view returns (bytes32) {
    ProviderAccount memory account = market.accountOf(bob.account);
    return
      keccak256(
        abi.encode(
          account.stake,
          account.generation,
          market.credits(BURN),
          market.credits(mallory.account),
          market.compensationIndexOf(bob.account),
          market.missesThrough(bob.account, type(uint256).max)
        )
      );
  }
}

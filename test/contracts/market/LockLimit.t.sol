// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {Ask} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {OpenRequest} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice What an owner lets its operator lock (R6).
contract LockLimitTest is ChallengeFixture {
  uint256 private constant LEAF_LOCKED = WEIGHT * UNIT;

  function test_register_succeedsIfItTakesTheLimit(uint96 limit, address owner) public {
    vm.assume(registry.operatorOf(owner) == address(0));
    vm.expectEmit(address(market));
    emit IMarketStakes.LockLimitSet(owner, limit);
    vm.prank(owner);
    registry.register(carol.hot, hex"00", "/ip4/127.0.0.1", defaultAsk(), limit);
    checkEq(market.lockLimitOf(owner), limit, "the market knows it");
  }

  function test_setLockLimit_succeedsIfByTheOwner(uint96 limit) public {
    vm.expectEmit(address(market));
    emit IMarketStakes.LockLimitSet(bob.account, limit);
    setLimit(limit);
    checkEq(market.lockLimitOf(bob.account), limit, "higher or lower");
  }

  function test_setLockLimit_failsIfByAnybodyElse(address caller) public {
    vm.assume(caller != bob.account && caller != address(registry));
    address[2] memory others = [caller, bob.hot];
    for (uint256 i; i < 2; ++i) {
      vm.expectRevert(abi.encodeWithSelector(IMarketStakes.NotOwner.selector, bob.account, others[i]));
      vm.prank(others[i]);
      market.setLockLimit(bob.account, 0);
    }
  }

  function test_setLockLimit_failsIfNoProvider() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.UnknownProvider.selector, carol.account));
    vm.prank(carol.account);
    market.setLockLimit(carol.account, 1);
  }

  function test_commit_failsIfLockedWouldPassTheLimit(uint8 leaves) public {
    leaves = uint8(bound(leaves, 1, 50));
    bytes32 id = openDeal(alice, bob, "data");
    uint256 needed = leaves * LEAF_LOCKED;
    setLimit(uint96(needed - 1));
    DataSets.DataSet memory set = DataSets.make("data", 1, leaves);
    refuseCommit(passed(needed, needed - 1), revisionOf(id, set));
    setLimit(uint96(needed));
    commitData(alice, bob, id, set);
    checkEq(market.lockedOf(bob.account), needed, "the limit itself may be locked");
  }

  function test_commit_succeedsIfTheLimitIsShortAndLockedDoesNotGrow() public {
    bytes32 id = storeData(alice, bob, "data", 1, 3);
    setLimit(0);
    commitData(alice, bob, id, DataSets.make("other", 3, 1));
    commitData(alice, bob, id, DataSets.make("data", 1, 2));
    checkEq(market.lockedOf(bob.account), 2 * LEAF_LOCKED, "what is there may be changed and shrunk");
    refuseCommit(passed(3 * LEAF_LOCKED, 0), revisionOf(id, DataSets.make("data", 1, 3)));
    proveNext(bob);
    checkEq(market.missesThrough(bob.account, period()), 0, "and proven");
  }

  /// @dev The hole: an enormous ask, a deal with oneself signed on both sides, and a forfeit took all free stake in one block.
  function test_operatorKeyThatLendsItselfTheStake_takesNoMoreThanTheLimit(uint8 rounds, bool byChallenge) public {
    bytes32 honest = storeData(alice, bob, "honest", 1, 1);
    proveNext(bob);
    uint96 limit = uint96(10 * LEAF_LOCKED);
    setLimit(limit);
    uint256 stake = market.accountOf(bob.account).stake;
    rounds = uint8(bound(rounds, 1, 6));
    for (uint256 i; i < rounds; ++i) loot(bytes32(i), byChallenge);
    uint256 lost = stake - market.accountOf(bob.account).stake;
    check(lost <= limit, "round and round, it takes the limit once");
    checkEq(market.lockLimitOf(bob.account), limit - lost, "each payout lowers it");
    checkEq(market.dealOf(honest).leaves, 1, "and Alice is where she was");
  }

  function test_lockLimit_falls_ifPeriodsAreMissed(uint8 misses) public {
    storeData(alice, bob, "data", 1, 2);
    misses = uint8(bound(misses, 1, 4));
    goTo(period() + misses, W);
    uint256 lost = (misses * 2 * LEAF_LOCKED) / 100;
    checkEq(market.lockLimitOf(bob.account), LOCK_LIMIT - lost, "before anybody has found them");
    market.sync(bob.account);
    checkEq(market.lockLimitOf(bob.account), LOCK_LIMIT - lost, "and after");
  }

  function test_lockLimit_falls_ifDefaulted() public {
    storeData(alice, bob, "data", 1, 2);
    uint256 lost = (5 * 2 * LEAF_LOCKED) / 100 + 2 * LEAF_LOCKED;
    goTo(period() + 5, W);
    checkEq(market.lockLimitOf(bob.account), LOCK_LIMIT - lost, "slashes and the shares of the deals");
    market.sync(bob.account);
    checkEq(market.lockLimitOf(bob.account), LOCK_LIMIT - lost, "and after");
  }

  function test_lockLimit_falls_toNoLessThanNothing() public {
    bytes32 id = storeData(alice, bob, "data", 1, 2);
    setLimit(uint96(LEAF_LOCKED));
    vm.prank(bob.hot);
    market.forfeit(id);
    checkEq(market.lockLimitOf(bob.account), 0, "nothing more can be locked");
  }

  function test_setLockLimit_succeedsIfMissesBeforeItDoNotLowerIt() public {
    storeData(alice, bob, "data", 1, 2);
    nextPeriod(W);
    setLimit(uint96(LEAF_LOCKED));
    market.sync(bob.account);
    checkEq(market.lockLimitOf(bob.account), LEAF_LOCKED, "they lowered the old one");
  }

  /// @dev Mallory has Bob's operator key, and takes as much as she is let.
  function loot(bytes32 salt, bool byChallenge) private {
    Ask memory ask = defaultAsk();
    uint256 free = market.lockLimitOf(bob.account) - market.lockedOf(bob.account);
    if (free < UNIT) return;
    ask.price = uint128((free / 90) * GIB);
    vm.prank(bob.hot);
    registry.setAsk(bob.account, ask);
    OpenRequest memory request = requestFor(mallory, bob, salt);
    request.maxPrice = ask.price;
    bytes32 id = openDeal(mallory, request);
    commitData(mallory, bob, id, DataSets.make("junk", 1, 1));
    if (byChallenge) challengeBy(mallory.account, id);
    proveNext(bob);
    if (!byChallenge) {
      vm.prank(bob.hot);
      return market.forfeit(id);
    }
    goTo(period(), W);
    market.expire(id);
    // Bob is honest besides: the next growth waits for a proof.
    proveNext(bob);
  }

  function setLimit(uint96 limit) private {
    vm.prank(bob.account);
    market.setLockLimit(bob.account, limit);
  }

  function passed(uint256 locked, uint256 limit) private view returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.LockLimitPassed.selector, bob.account, locked, limit);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice What a revision may say, and the money that must stand behind it.
contract CommitBoundsTest is DealFixture {
  uint256 private constant SECTOR_LEAVES = 1 << 17;

  DataSets.DataSet private none;
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "data");
  }

  // Bounds

  function test_commit_failsIfTheNumberIsNotHigher(uint64 current, uint64 number) public {
    current = uint64(bound(current, 1, type(uint64).max));
    Revision memory revision = revisionOf(id, none);
    revision.number = current;
    commitRevision(alice, bob, revision);
    revision.number = uint64(bound(number, 0, current));
    refuseCommit(stale(revision.number, current), revision);
    revision.number = current;
    refuseCommit(stale(current, current), revision);
  }

  function test_commit_failsIfReplayed() public {
    Revision memory first = revisionOf(id, DataSets.make("data", 1, 1));
    commitRevision(alice, bob, first);
    refuseCommit(stale(1, 1), first);
    commitRevision(alice, bob, revisionOf(id, none));
    refuseCommit(stale(1, 2), first);
  }

  function test_commit_failsIfTheOldEndHasCome() public {
    uint256 end = period() + 2;
    Revision memory revision = revisionOf(id, none);
    revision.end = uint32(end);
    commitRevision(alice, bob, revision);
    goTo(end - 1, P - 1);
    revision = revisionOf(id, none);
    revision.end = uint32(end);
    commitRevision(alice, bob, revision);
    goTo(end, 0);
    refuseCommit(ended(end, end), revisionOf(id, none));
  }

  function test_commit_failsIfTheDealHasNoEnd() public {
    Revision memory revision = revisionOf(id, none);
    revision.end = 0;
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).end, 0, "a deal that stores nothing may end at once");
    refuseCommit(ended(period(), 0), revisionOf(id, none));
  }

  function test_commit_failsIfTheEndIsTooNear(uint256 end) public {
    uint256 p = period();
    uint256 maxEnd = market.dealOf(id).maxEnd;
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.end = uint32(bound(end, 0, p + 1));
    refuseCommit(outOfBounds("end", revision.end, p + 2, maxEnd), revision);
    revision.end = uint32(p + 1);
    refuseCommit(outOfBounds("end", p + 1, p + 2, maxEnd), revision);
    revision.end = uint32(p + 2);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).end, p + 2, "one paid period is the least");
  }

  function test_commit_failsIfTheEndIsTooFar(uint256 end) public {
    uint256 p = period();
    uint256 maxEnd = market.dealOf(id).maxEnd;
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.end = uint32(bound(end, maxEnd + 1, type(uint32).max));
    refuseCommit(outOfBounds("end", revision.end, p + 2, maxEnd), revision);
    revision.end = uint32(maxEnd + 1);
    refuseCommit(outOfBounds("end", maxEnd + 1, p + 2, maxEnd), revision);
    vm.prank(alice.account);
    market.setBounds(id, uint32(maxEnd + 1), uint40(8 * GIB), MAX_EGRESS);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).end, maxEnd + 1, "the bound itself is allowed, and Alice raised it");
  }

  function test_commit_failsIfNotValidNow(uint256 validUntil) public {
    goTo(10, 3);
    Revision memory revision = revisionOf(id, none);
    uint256[3] memory wrong = [9, 13, bound(validUntil, 14, type(uint32).max)];
    for (uint256 i; i < 3; ++i) {
      revision.validUntil = uint32(wrong[i]);
      refuseCommit(outOfBounds("validUntil", wrong[i], 10, 12), revision);
    }
    for (uint256 last = 10; last <= 12; ++last) {
      revision = revisionOf(id, none);
      revision.validUntil = uint32(last);
      commitRevision(alice, bob, revision);
    }
    checkEq(market.dealOf(id).number, 3, "this period, the next, and the one after that");
  }

  function test_commit_failsIfHeldBackTooLong() public {
    uint256 p = period();
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    goTo(p + 3, 0);
    refuseCommit(outOfBounds("validUntil", p + 2, p + 3, p + 5), revision);
    goTo(p + 2, P - 1);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).number, 1, "its last block is the last of p + 2");
  }

  function test_commit_failsIfTooManyLeaves(uint256 leaves) public {
    OpenRequest memory request = requestFor(alice, bob, "small");
    request.maxLeaves = 7;
    bytes32 small = openDeal(alice, request);
    Revision memory revision = revisionOf(small, DataSets.make("data", 1, 7));
    revision.leaves = uint40(bound(leaves, 8, type(uint40).max));
    refuseCommit(outOfBounds("leaves", revision.leaves, 0, 7), revision);
    revision.leaves = 8;
    refuseCommit(outOfBounds("leaves", 8, 0, 7), revision);
    revision.leaves = 7;
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(small).leaves, 7, "the bound itself is allowed");
  }

  function test_commit_failsIfTheSectorsCannotHoldTheLeaves(uint256 leaves, uint256 sectors) public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.price = 0;
    revision.leaves = uint40(bound(leaves, 1, 8 * GIB));
    uint256 least = (revision.leaves + SECTOR_LEAVES - 1) / SECTOR_LEAVES;
    uint256 most = mostSectors(revision.leaves);
    revision.sectors = uint24(bound(sectors, 0, least - 1));
    refuseCommit(outOfBounds("sectors", revision.sectors, least, most), revision);
    revision.sectors = uint24(least - 1);
    refuseCommit(outOfBounds("sectors", least - 1, least, most), revision);
    revision.sectors = uint24(least);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).sectors, least, "full sectors are the fewest");
  }

  function test_commit_failsIfASectorIsEmpty(uint256 leaves) public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.price = 0;
    revision.leaves = uint40(bound(leaves, 1, 4_096));
    revision.sectors = uint24(revision.leaves + 1);
    uint256 least = (revision.leaves + SECTOR_LEAVES - 1) / SECTOR_LEAVES;
    refuseCommit(outOfBounds("sectors", revision.sectors, least, revision.leaves), revision);
    revision.sectors = uint24(revision.leaves);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).sectors, revision.leaves, "a leaf each is the most");
  }

  function test_commit_failsIfThePriceRises(uint128 price) public {
    DataSets.DataSet memory set = DataSets.make("data", 1, 1);
    Revision memory revision = revisionOf(id, set);
    revision.price = uint128(bound(price, uint256(PRICE) + 1, type(uint128).max));
    refuseCommit(outOfBounds("price", revision.price, 0, PRICE), revision);
    revision.price = PRICE + 1;
    refuseCommit(outOfBounds("price", PRICE + 1, 0, PRICE), revision);
    revision.price = PRICE - 1;
    commitRevision(alice, bob, revision);
    revision = revisionOf(id, set);
    revision.price = PRICE;
    refuseCommit(outOfBounds("price", PRICE, 0, PRICE - 1), revision);
  }

  function test_commit_failsIfNothingIsStoredUnderARoot(bytes32 root) public {
    vm.assume(root != 0);
    Revision memory revision = revisionOf(id, none);
    revision.root = root;
    refuseCommit(outOfBounds("root", uint256(root), 0, 0), revision);
    revision.root = 0;
    revision.sectors = 1;
    refuseCommit(outOfBounds("sectors", 1, 0, 0), revision);
  }

  // Money

  function test_commit_failsIfEscrowIsAWeiShort(uint8 leaves, uint8 paid) public {
    leaves = uint8(bound(leaves, 11, 50));
    paid = uint8(bound(paid, 1, 90));
    uint256 needed = LEAF_RENT * leaves * paid;
    OpenRequest memory request = requestFor(alice, bob, "short");
    request.escrow = uint128(needed - 1);
    bytes32 short = openDeal(alice, request);
    Revision memory revision = revisionOf(short, DataSets.make("data", 1, leaves));
    revision.end = uint32(period() + 1 + paid);
    refuseCommit(abi.encodeWithSelector(IDealSignals.EscrowTooSmall.selector, needed - 1, needed), revision);
    vm.prank(carol.account);
    market.deposit(short, 1);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(short).leaves, leaves, "exactly enough is enough");
  }

  function test_commit_failsIfEscrowIsShortAfterTheRent() public {
    OpenRequest memory request = requestFor(alice, bob, "short");
    request.escrow = uint128(20 * LEAF_RENT);
    bytes32 short = openDeal(alice, request);
    DataSets.DataSet memory set = DataSets.make("short", 1, 10);
    Revision memory revision = revisionOf(short, set);
    revision.end = uint32(period() + 3);
    commitRevision(alice, bob, revision);
    stored[short] = set;
    proveNext(bob);
    revision = revisionOf(short, set);
    revision.end = uint32(period() + 3);
    refuseCommit(
      abi.encodeWithSelector(IDealSignals.EscrowTooSmall.selector, 10 * LEAF_RENT, 20 * LEAF_RENT),
      revision
    );
    checkEq(market.dealOf(short).escrow, 20 * LEAF_RENT, "a refused revision settles nothing");
  }

  function test_commit_failsIfStakeIsAWeiShort(uint8 leaves) public {
    leaves = uint8(bound(leaves, 1, 50));
    uint256 needed = WEIGHT * leaves * UNIT;
    vm.prank(bob.account);
    market.unstake(1_000e18 - needed + 1);
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, leaves));
    refuseCommit(abi.encodeWithSelector(IDealSignals.StakeTooSmall.selector, needed - 1, needed), revision);
    stakeFor(bob, 1);
    commitRevision(alice, bob, revision);
    checkEq(market.lockedOf(bob.account), needed, "exactly enough is enough");
    bytes32 other = openDeal(alice, bob, "other");
    refuseCommit(
      abi.encodeWithSelector(IDealSignals.StakeTooSmall.selector, needed, needed + WEIGHT * UNIT),
      revisionOf(other, DataSets.make("other", 1, 1))
    );
  }

  function test_commit_succeedsIfStakeIsShortAndLockedDoesNotGrow() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 3));
    vm.prank(bob.account);
    market.unstake(1_000e18 - 3 * WEIGHT * UNIT);
    missNext(bob);
    proveNext(bob);
    uint256 left = (3 * WEIGHT * UNIT * 99) / 100;
    refuseCommit(
      abi.encodeWithSelector(IDealSignals.StakeTooSmall.selector, left, 4 * WEIGHT * UNIT),
      revisionOf(id, DataSets.make("data", 1, 4))
    );
    commitData(alice, bob, id, DataSets.make("other", 3, 1));
    commitData(alice, bob, id, DataSets.make("data", 1, 2));
    checkEq(market.accountOf(bob.account).total, 2 * WEIGHT, "what is there may be changed and shrunk");
  }

  /// @dev Of a deal that had none before.
  function mostSectors(uint256 leaves) private pure returns (uint256) {
    uint256 most = 4_096 + leaves / 256;
    return leaves < most ? leaves : most;
  }

  function ended(uint256 now_, uint256 end) private view returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.DealEnded.selector, id, now_, end);
  }

  function stale(uint256 number, uint256 current) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.StaleRevision.selector, number, current);
  }
}

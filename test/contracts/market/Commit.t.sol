// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, DealStatus, OpenRequest, Parameters, ProviderAccount, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract CommitTest is MarketFixture {
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "salt");
  }

  function test_commit_succeedsIfBothSigned(uint256 leaves, uint256 sectors, uint256 end, uint256 price) public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.leaves = uint40(bound(leaves, 1, 900));
    revision.sectors = uint24(bound(sectors, 1, revision.leaves));
    revision.end = uint32(bound(end, period() + 2, revision.end));
    revision.price = uint128(bound(price, 0, PRICE));
    commitRevision(alice, bob, revision);
    requireCommitted(revision);
  }

  function test_commit_succeedsIfRateAndWeightFollowTheSize(uint256 leaves) public {
    leaves = bound(leaves, 1, 900);
    commitData(alice, bob, id, DataSets.make("data", leaves, 1));
    Deal memory deal = market.dealOf(id);
    checkEq(deal.rate, leaves * LEAF_RENT, "rent by leaves");
    checkEq(deal.weight, leaves * 9, "90 periods of rent in units");
    checkEq(market.lockedOf(bob.account), deal.weight * UNIT, "locked is weight in units (INV-2)");
  }

  function test_commit_succeedsIfNumbersAreSkipped(uint64 first, uint64 second) public {
    first = uint64(bound(first, 1, type(uint64).max - 1));
    second = uint64(bound(second, first + 1, type(uint64).max));
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.number = first;
    commitRevision(alice, bob, revision);
    revision.number = second;
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).number, second, "any higher number will do");
  }

  function test_commit_succeedsIfBoundFromTheNextPeriodOn() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    ProviderAccount memory account = market.accountOf(bob.account);
    checkEq(account.lastProven, period(), "nothing is due in the period of the first commit");
    check(!market.isFrozen(bob.account), "and nothing is frozen");
    checkEq(market.dealOf(id).settledThrough, period(), "this period is not paid (INV-16)");
    proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), LEAF_RENT, "the next is");
  }

  function test_commit_succeedsIfTheOldRateIsPaidFirst() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    proveNext(bob);
    commitData(alice, bob, id, DataSets.make("more", 2, 5));
    checkEq(market.credits(bob.account), LEAF_RENT, "this period at the old rate");
    proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), 11 * LEAF_RENT, "the next at the new one");
  }

  function test_commit_succeedsIfEmptiedAndFilledAgain() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    empty(id);
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Empty, "no leaves, no obligation");
    checkEq(deal.weight, 0, "and no weight");
    checkEq(market.lockedOf(bob.account), 0, "nothing is locked");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot is free");
    nextPeriod(3);
    commitData(alice, bob, id, DataSets.make("again", 1, 2));
    checkEq(market.dealAt(bob.account, 0, 0), id, "the slot is used again");
    checkEq(market.slotCountOf(bob.account, 0), 1, "no second one was taken");
    checkEq(market.dealOf(id).settledThrough, period(), "the periods between are not paid");
  }

  function test_commit_succeedsInTheLastBlocksOfEveryBoundary() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.end = uint32(period() + 2);
    revision.validUntil = uint32(period());
    commitRevision(alice, bob, revision);
    stored[id] = DataSets.make("data", 1, 1);
    proveNext(bob);
    checkEq(period(), market.dealOf(id).end - 1, "the last paid period");
    revision.number = 2;
    revision.end = uint32(period() + 2);
    revision.validUntil = uint32(period() + 2);
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).number, 2, "it can still be renewed");
  }

  function test_commit_succeedsIfEscrowIsExact() public {
    OpenRequest memory request = requestFor(alice, bob, "exact");
    request.maxEnd = uint32(period() + 11);
    request.escrow = uint128(100 * LEAF_RENT);
    bytes32 exact = openDeal(alice, request);
    Revision memory revision = revisionOf(exact, DataSets.make("data", 10, 1));
    commitRevision(alice, bob, revision);
    revision.number = 2;
    revision.leaves = 11;
    refuseCommit(
      abi.encodeWithSelector(IMarketDeals.EscrowTooSmall.selector, 100 * LEAF_RENT, 110 * LEAF_RENT),
      revision
    );
  }

  function test_commit_succeedsIfStakeIsExact() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 10, 1));
    leaveStake(90 * UNIT - 1);
    refuseCommit(abi.encodeWithSelector(IMarketDeals.StakeTooSmall.selector, 90 * UNIT - 1, 90 * UNIT), revision);
    stakeFor(bob, 1);
    commitRevision(alice, bob, revision);
    checkEq(market.lockedOf(bob.account), 90 * UNIT, "every wei of the stake is locked");
  }

  function test_commit_succeedsIfUnderstakedButNotGrowing() public {
    commitData(alice, bob, id, DataSets.make("data", 10, 1));
    leaveStake(90 * UNIT);
    missNext(bob);
    proveNext(bob);
    commitData(alice, bob, id, DataSets.make("same size", 10, 1));
    commitData(alice, bob, id, DataSets.make("less", 9, 1));
    checkEq(market.dealOf(id).number, 3, "what locks no more needs no stake");
  }

  function test_commit_failsIfFrozen() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    bytes32 other = openDeal(carol, bob, "other");
    nextPeriod(0);
    bytes memory reason = abi.encodeWithSelector(IMarketDeals.Frozen.selector, bob.account, period());
    refuseCommit(reason, revisionOf(id, DataSets.make("new", 1, 1)));
    goTo(period(), W - 1);
    refuseCommit(reason, revisionOf(id, DataSets.make("new", 1, 1)));
    refuseCommit(reason, revisionOf(other, DataSets.make("new", 1, 1)));
    goTo(period(), W);
    commitData(alice, bob, id, DataSets.make("new", 1, 1));
  }

  function test_commit_failsIfLockedGrowsBeforeTheProof() public {
    commitData(alice, bob, id, DataSets.make("data", 2, 1));
    nextPeriod(W);
    bytes memory reason = abi.encodeWithSelector(IMarketDeals.NotProven.selector, bob.account, period());
    refuseCommit(reason, revisionOf(id, DataSets.make("more", 3, 1)));
    commitData(alice, bob, id, DataSets.make("less", 1, 1));
    refuseCommit(reason, revisionOf(id, DataSets.make("more again", 2, 1)));
  }

  function test_commit_failsIfTheNumberIsNotHigher() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.number = 1;
    refuseCommit(abi.encodeWithSelector(IMarketDeals.StaleRevision.selector, 1, 1), revision);
    revision.number = 0;
    refuseCommit(abi.encodeWithSelector(IMarketDeals.StaleRevision.selector, 0, 1), revision);
  }

  function test_commit_failsIfTheDealHasEnded() public {
    uint256 end = market.dealOf(id).end;
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    goTo(end, 0);
    refuseCommit(outOfBounds("period", end, 0, end - 1), revision);
  }

  function test_commit_failsIfOutsideItsValidity() public {
    nextPeriod(0);
    uint256 p = period();
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.validUntil = uint32(p - 1);
    refuseCommit(outOfBounds("validUntil", p - 1, p, p + 2), revision);
    revision.validUntil = uint32(p + 3);
    refuseCommit(outOfBounds("validUntil", p + 3, p, p + 2), revision);
  }

  function test_commit_failsIfTheEndIsOutsideItsBounds() public {
    uint256 p = period();
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    uint256 maxEnd = revision.end;
    revision.end = uint32(maxEnd + 1);
    refuseCommit(outOfBounds("end", maxEnd + 1, p + 2, maxEnd), revision);
    revision.end = uint32(p + 1);
    refuseCommit(outOfBounds("end", p + 1, p + 2, maxEnd), revision);
  }

  function test_commit_failsIfLargerThanTheBound() public {
    OpenRequest memory request = requestFor(alice, bob, "small");
    request.maxLeaves = 10;
    bytes32 small = openDeal(alice, request);
    refuseCommit(outOfBounds("leaves", 11, 0, 10), revisionOf(small, DataSets.make("data", 11, 1)));
  }

  function test_commit_failsIfSectorsCannotHoldTheLeaves() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.leaves = (1 << 17) + 1;
    refuseCommit(outOfBounds("sectors", 1, 2, revision.leaves), revision);
    revision.leaves = 3;
    revision.sectors = 4;
    refuseCommit(outOfBounds("sectors", 4, 1, 3), revision);
    revision.leaves = 0;
    revision.root = 0;
    refuseCommit(outOfBounds("sectors", 4, 0, 0), revision);
  }

  function test_commit_failsIfNothingHasARoot() public {
    Revision memory revision = revisionOf(id, DataSets.make("none", 0, 0));
    revision.root = bytes32(uint256(7));
    refuseCommit(outOfBounds("root", 7, 0, 0), revision);
  }

  function test_commit_failsIfThePriceRises() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.price = PRICE + 1;
    refuseCommit(outOfBounds("price", PRICE + 1, 0, PRICE), revision);
  }

  function test_commit_failsIfASignatureIsNotOfTheSide(uint256 change) public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    bytes memory renter = sign(alice.hotKey, revision);
    bytes memory provider = sign(bob.hotKey, revision);
    refuseSignatures("renter", alice.hot, bob.hot, revision, provider, provider);
    refuseSignatures("provider", bob.hot, alice.hot, revision, renter, renter);
    refuseSignatures("provider", bob.hot, bob.account, revision, renter, sign(bob.key, revision));
    provider[change % 64] ^= 0x01;
    vm.expectPartialRevert(IMarketDeals.BadSignature.selector);
    market.commit(revision, renter, provider);
  }

  function test_commit_failsIfASignatureIsMalleated() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    bytes memory renter = sign(alice.hotKey, revision);
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(bob.hotKey, market.digestOf(revision));
    uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes memory high = abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    refuseSignatures("provider", bob.hot, address(0), revision, renter, high);
    refuseSignatures("provider", bob.hot, address(0), revision, renter, abi.encodePacked(r, s));
    refuseSignatures("provider", bob.hot, address(0), revision, renter, "");
  }

  function test_commit_failsIfTheSameBytesAreForAnotherDeal() public {
    bytes32 other = openDeal(alice, bob, "other");
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    bytes memory renter = sign(alice.hotKey, revision);
    bytes memory provider = sign(bob.hotKey, revision);
    revision.deal = other;
    vm.expectPartialRevert(IMarketDeals.BadSignature.selector);
    market.commit(revision, renter, provider);
  }

  function test_commit_failsIfOnAnotherChain() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    bytes memory renter = sign(alice.hotKey, revision);
    bytes memory provider = sign(bob.hotKey, revision);
    vm.chainId(4242);
    vm.expectPartialRevert(IMarketDeals.BadSignature.selector);
    market.commit(revision, renter, provider);
  }

  function test_commit_failsIfTheDealIsUnknownClosedOrDefaulted() public {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    revision.deal = "none";
    refuseCommit(abi.encodeWithSelector(IMarketDeals.DealUnknown.selector, bytes32("none")), revision);
    vm.prank(alice.account);
    market.cancel(id);
    revision.deal = id;
    refuseCommit(abi.encodeWithSelector(IMarketDeals.DealIsClosed.selector, id), revision);
    bytes32 lost = storeData(alice, bob, "lost", 1, 1);
    defaultOn(bob);
    revision = revisionOf(lost, DataSets.make("data", 1, 1));
    refuseCommit(abi.encodeWithSelector(IMarketDeals.DealDefaulted.selector, lost), revision);
  }

  function empty(bytes32 deal) private {
    Revision memory revision = revisionOf(deal, DataSets.make("none", 0, 0));
    commitRevision(alice, bob, revision);
  }

  function leaveStake(uint256 rest) private {
    uint256 stake = market.accountOf(bob.account).stake;
    vm.prank(bob.account);
    market.unstake(stake - rest);
  }

  function refuseSignatures(
    string memory side,
    address expected,
    address recovered,
    Revision memory revision,
    bytes memory renter,
    bytes memory provider
  ) private {
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.BadSignature.selector, side, expected, recovered));
    market.commit(revision, renter, provider);
  }

  function requireCommitted(Revision memory revision) private view {
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Active, "the deal is active");
    checkEq(deal.root, revision.root, "the root is on chain");
    checkEq(deal.leaves, revision.leaves, "the leaves are");
    checkEq(deal.sectors, revision.sectors, "the sectors are");
    checkEq(deal.end, revision.end, "the end is");
    checkEq(deal.price, revision.price, "the price is");
    checkEq(deal.number, 1, "the number is");
    check(deal.weight >= 1, "data always weighs something");
    checkEq(market.accountOf(bob.account).total, deal.weight, "T is the sum of the weights (INV-2)");
    checkEq(market.dealAt(bob.account, 0, deal.slot), id, "the slot names the deal");
  }
}

/// @notice A market whose unit is so small that a rich deal weighs more than 64 bits hold.
contract CommitOverflowTest is MarketFixture {
  function setUp() public override {
    super.setUp();
    deployMarketWithUnit(1e6);
  }

  function test_commit_failsIfTheSumOfWeightsOverflows() public {
    OpenRequest memory request = requestFor(alice, bob, "huge");
    request.maxEnd = uint32(period() + 2);
    request.escrow = uint128(RICH);
    bytes32 huge = openDeal(alice, request);
    Revision memory revision = revisionOf(huge, DataSets.make("data", 1, 1));
    (revision.leaves, revision.sectors) = (26e7, 2e3);
    uint256 weight = (uint256(26e7) * LEAF_RENT * 90) / 1e6;
    check(weight > type(uint64).max, "more than 64 bits hold");
    refuseCommit(abi.encodeWithSelector(IMarketDeals.WeightOverflow.selector, 0, weight), revision);
  }

  function deployMarketWithUnit(uint96 unit) private {
    Parameters memory parameters = devnet();
    (parameters.unit, parameters.bountyCap) = (unit, 10 * unit);
    deployMarket(parameters);
    vm.prank(alice.account);
    token.approve(address(vault), type(uint256).max);
    vm.prank(bob.account);
    token.approve(address(vault), type(uint256).max);
    stakeFor(bob, 1_000e18);
  }
}

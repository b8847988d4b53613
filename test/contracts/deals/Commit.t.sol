// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {Deal, DealStatus, ProviderAccount, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

contract CommitTest is DealFixture {
  DataSets.DataSet private none;
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "data");
  }

  // What a revision says

  function test_commit_succeedsIfBothSigned(Revision memory revision, address poster) public {
    Deal memory before = market.dealOf(id);
    revision.deal = id;
    revision.number = uint64(bound(revision.number, 1, type(uint64).max));
    revision.leaves = uint40(bound(revision.leaves, 1, 1_000));
    revision.sectors = uint24(bound(revision.sectors, 1, revision.leaves));
    revision.end = uint32(bound(revision.end, period() + 2, before.maxEnd));
    revision.price = uint128(bound(revision.price, 0, PRICE));
    revision.validUntil = uint32(bound(revision.validUntil, period(), period() + 2));
    uint256 rate = (uint256(revision.price) * revision.leaves + GIB - 1) / GIB;
    uint256 weight = rate == 0 ? 1 : (rate * 90 + UNIT - 1) / UNIT;
    bytes memory renterSignature = sign(alice.hotKey, revision);
    bytes memory providerSignature = sign(bob.hotKey, revision);
    expectCommitted(revision, rate, weight);
    vm.prank(poster);
    market.commit(revision, renterSignature, providerSignature);
    requireStored(revision, rate, weight);
  }

  function test_commit_succeedsIfEmptiedAndFilledAgain() public {
    commitData(alice, bob, id, DataSets.make("data", 2, 3));
    Revision memory revision = revisionOf(id, none);
    expectCommitted(revision, 0, 0);
    commitRevision(alice, bob, revision);
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Empty && deal.weight == 0 && deal.rate == 0, "from Active to Empty");
    checkEq(market.accountOf(bob.account).total, 0, "nothing is locked");
    checkEq(market.dealAt(bob.account, 0, 0), 0, "the slot is free");
    commitRevision(alice, bob, revisionOf(id, none));
    check(market.dealOf(id).status == DealStatus.Empty, "Empty stays Empty");
    bytes32 other = storeData(carol, bob, "other", 1, 1);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    check(market.dealOf(id).status == DealStatus.Active, "from Empty to Active");
    checkEq(market.dealAt(bob.account, 0, 0), other, "the freed slot was taken first");
    checkEq(market.dealAt(bob.account, 0, 1), id, "the next deal has a new one");
  }

  function test_commit_succeedsIfTheNewRateBindsFromTheNextPeriod() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    proveNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.DealSettled(id, bob.account, period(), LEAF_RENT, 0, 0);
    commitData(alice, bob, id, DataSets.make("data", 1, 5));
    market.settle(id);
    checkEq(market.credits(bob.account), LEAF_RENT, "this period is paid at the old rate");
    proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), 6 * LEAF_RENT, "the next at the new one");
  }

  function test_commit_succeedsIfNotPaidBeforeItWasInTheTree() public {
    nextPeriod(W + 3);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    market.settle(id);
    checkEq(market.dealOf(id).settledThrough, period(), "INV-16: rent starts with the next period");
    checkEq(market.credits(bob.account), 0, "INV-16: this one is not paid");
    checkEq(market.accountOf(bob.account).lastProven, period(), "nor can it be missed");
  }

  function test_commit_succeedsIfCompensationIsCreditedAtTheOldWeight() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 2));
    missNext(bob);
    proveNext(bob);
    commitData(alice, bob, id, DataSets.make("data", 1, 7));
    checkEq(market.credits(alice.account), 2 * WEIGHT * COMPENSATION_PER_WEIGHT, "the weight that was harmed");
    market.settle(id);
    checkEq(market.credits(alice.account), 2 * WEIGHT * COMPENSATION_PER_WEIGHT, "and nothing for the weight since");
  }

  // Time

  function test_commit_failsIfFrozen(uint256 offset) public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    nextPeriod(bound(offset, 0, W - 1));
    refuseCommit(frozen(), revisionOf(id, none));
    goTo(period(), W - 1);
    refuseCommit(frozen(), revisionOf(id, none));
    prove(bob);
    commitData(alice, bob, id, DataSets.make("data", 1, 2));
    checkEq(market.dealOf(id).leaves, 2, "the proof thaws");
  }

  function test_commit_succeedsBehindTheWindowWithoutGrowth(uint256 offset) public {
    commitData(alice, bob, id, DataSets.make("data", 1, 3));
    nextPeriod(bound(offset, W, P - 1));
    refuseCommit(notProven(), revisionOf(id, DataSets.make("data", 1, 4)));
    commitData(alice, bob, id, DataSets.make("other", 3, 1));
    checkEq(market.dealOf(id).sectors, 3, "other data of the same weight");
    commitData(alice, bob, id, DataSets.make("data", 1, 2));
    checkEq(market.dealOf(id).weight, 2 * WEIGHT, "or less");
    checkEq(market.missesThrough(bob.account, period()), 1, "after the miss is recorded");
  }

  function test_commit_failsIfANewDealComesToADyingProvider() public {
    storeData(carol, bob, "other", 1, 1);
    nextPeriod(W);
    refuseCommit(notProven(), revisionOf(id, DataSets.make("data", 1, 1)));
    proveNext(bob);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    checkEq(market.dealOf(id).weight, WEIGHT, "once it has proven, it may grow");
  }

  // States

  function test_commit_failsIfThereIsNoSuchDeal(bytes32 deal) public {
    vm.assume(deal != id);
    Revision memory revision = revisionOf(id, none);
    revision.deal = deal;
    refuseCommit(unknown(deal), revision);
  }

  function test_commit_failsIfClosed() public {
    Revision memory revision = revisionOf(id, none);
    cancelBy(alice.account, id);
    refuseCommit(isClosed(id), revision);
  }

  function test_commit_failsIfDefaulted() public {
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    defaultOn(bob);
    refuseCommit(isDefaulted(id), revisionOf(id, none));
  }

  function test_commit_succeedsIfAnEmptyDealSurvivesADefault() public {
    storeData(carol, bob, "other", 1, 1);
    defaultOn(bob);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    checkEq(market.dealOf(id).generation, 1, "it belongs to the generation that is live when its weight leaves zero");
    checkEq(market.dealAt(bob.account, 1, 0), id, "in the tree of that");
    market.settle(id);
    checkEq(market.credits(alice.account), 0, "the misses before are not its own");
    ProviderAccount memory account = market.accountOf(bob.account);
    check(account.total == WEIGHT && account.lastProven == period(), "from Idle to Active");
  }

  function test_commit_succeedsIfThePosterFindsTheDefault() public {
    storeData(carol, bob, "other", 1, 1);
    uint256 p = period() + 5;
    goTo(p, W);
    vm.expectEmit(address(market));
    emit IMarketStakes.Defaulted(bob.account, p, 0, WEIGHT, UNIT, 0);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    checkEq(market.dealOf(id).generation, 1, "the next generation takes the deal at once");
    checkEq(market.credits(address(this)), 5 * WEIGHT * BOUNTY_PER_WEIGHT, "the bounties are the poster's");
  }

  function test_commit_succeedsIfThePosterFindsTheDefaultInTheWindow() public {
    storeData(carol, bob, "other", 1, 1);
    uint256 p = period() + 5;
    goTo(p + 1, 1);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    checkEq(market.dealOf(id).generation, 1, "the next generation takes the deal at once");
    check(!market.isFrozen(bob.account), "no draw of this period asks for what came behind it");
    goTo(p + 2, 0);
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, p + 1), 5, "and none was missed");
  }

  function expectCommitted(Revision memory revision, uint256 rate, uint256 weight) private {
    vm.expectEmit(address(market));
    emit IDealSignals.DealCommitted(
      id,
      bob.account,
      revision.number,
      revision.root,
      revision.leaves,
      revision.sectors,
      revision.end,
      revision.price,
      rate,
      weight
    );
  }

  function requireStored(Revision memory revision, uint256 rate, uint256 weight) private view {
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Active, "from Empty to Active");
    check(deal.root == revision.root && deal.leaves == revision.leaves, "the data of the revision");
    check(deal.sectors == revision.sectors && deal.number == revision.number, "its sectors and number");
    check(deal.end == revision.end && deal.price == revision.price, "its end and price");
    checkEq(deal.rate, rate, "the rent of a period, rounded up");
    checkEq(deal.weight, weight, "the collateral of 90 periods, rounded up");
    checkEq(deal.settledThrough, period(), "paid from the next period on");
    checkEq(market.dealAt(bob.account, 0, deal.slot), id, "the deal is in the tree");
    checkEq(market.lockedOf(bob.account), UNIT * weight, "INV-2: locked is unit times T");
    checkEq(deal.escrow, 100e18, "nothing is paid yet");
  }
}

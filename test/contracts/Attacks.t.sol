// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../contracts/interfaces/IDealSignals.sol";
import {IMarketSchedule} from "../../contracts/interfaces/IMarketSchedule.sol";
import {IMarketStakes} from "../../contracts/interfaces/IMarketStakes.sol";
import {OpenRequest, ProviderAccount, Revision} from "../../contracts/MarketTypes.sol";
import {DataSets} from "./support/DataSets.sol";
import {MarketFixture} from "./support/MarketFixture.sol";

/// @notice The attacks that the rules were found by, each by its name.
contract AttacksTest is MarketFixture {
  /// @dev Bob and Mallory pad his tree with their own data, drop Alice's, and find their own misses. What a miss costs them for
  /// good, times the chance of one, is more than Alice's rent, which is all that keeping her data can cost.
  function test_diluteAndDrop_failsIfPaddingMakesDroppingPay(uint8 padding) public {
    padding = uint8(bound(padding, 1, 120));
    storeData(alice, bob, "honest", 1, 2);
    bytes32 own = storeData(mallory, bob, "padding", 1, padding);
    uint256 before = wealthOfCoalition(own);
    missNext(bob);
    vm.prank(mallory.account);
    market.settle(own);
    uint256 rent = 2 * LEAF_RENT;
    uint256 loss = before - wealthOfCoalition(own) + rent;
    uint256 all = (uint256(padding) + 2) ** 5;
    uint256 uncaught = uint256(padding) ** 5;
    check((all - uncaught) * loss > all * rent, "the chance of a miss times its price is above what dropping saves");
  }

  function wealthOfCoalition(bytes32 own) private view returns (uint256) {
    return
      market.credits(bob.account) +
      market.credits(mallory.account) +
      market.accountOf(bob.account).stake +
      market.dealOf(own).escrow;
  }

  function test_dustWeight_failsIfADealForNothingWeighsNothing() public {
    bytes32 id = openDeal(alice, bob, "dust");
    Revision memory revision = revisionOf(id, DataSets.make("dust", 1, 1));
    revision.price = 0;
    commitRevision(alice, bob, revision);
    checkEq(market.dealOf(id).rate, 0, "it pays nothing");
    checkEq(market.dealOf(id).weight, 1, "but is drawn like any other");
    checkEq(market.lockedOf(bob.account), UNIT, "and locks a unit");
  }

  function test_zeroHashSeed_failsIfNoHashIsToBeHad() public {
    storeData(alice, bob, "data", 1, 1);
    nextPeriod(0);
    uint256 p = period();
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, p));
    market.recordSeed(p);
    goTo(p, 1);
    vm.setBlockhash(market.firstBlockOf(p), 0);
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, p));
    market.prove(bob.account, p, "");
  }

  function test_copiedProof_succeedsWithoutHarmIfItComesFirst() public {
    storeData(alice, bob, "data", 1, 1);
    nextPeriod(1);
    bytes memory samples = samplesOf(bob);
    uint256 p = period();
    vm.prank(mallory.account);
    market.prove(bob.account, p, samples);
    vm.prank(bob.hot);
    market.prove(bob.account, p, samples);
    checkEq(market.accountOf(bob.account).lastProven, p, "Bob's own does not revert");
    checkEq(market.credits(mallory.account), 0, "and Mallory gains nothing");
  }

  function test_deleteAtEnd_failsIfTheDealIsStillInTheTree() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.prank(alice.account);
    market.leaveDeal(id);
    while (period() < market.dealOf(id).end) proveNext(bob);
    missNext(bob);
    checkEq(market.missesThrough(bob.account, period()), 1, "an obligation until it is closed");
  }

  function test_missProveMiss_failsIfItDrainsTheStakeWithoutADefault() public {
    bytes32 id = storeData(alice, bob, "data", 1, 10);
    vm.prank(bob.account);
    market.unstake(1_000e18 - 90 * UNIT);
    while (market.accountOf(bob.account).generation == 0) {
      missNext(bob);
      ProviderAccount memory account = market.accountOf(bob.account);
      check(account.stake * 10_000 >= 9_000 * UNIT * account.total, "covered after every sync (INV-10)");
      if (account.generation == 0) proveNext(bob);
    }
    uint256 share = market.defaultOf(bob.account, 0).share;
    checkEq(share, (UNIT * 89) / 100, "the default leaves most of the collateral");
    market.close(id);
    checkEq(market.credits(bob.account), 1_000e18 - 90 * UNIT + 10 * 10 * LEAF_RENT, "ten periods of rent, not more");
  }

  function test_topUpBeforeSync_failsIfItUndoesADefault() public {
    storeData(alice, bob, "data", 1, 10);
    goTo(period() + 5, W);
    stakeFor(bob, 500e18);
    checkEq(market.accountOf(bob.account).generation, 1, "the misses were judged first");
    uint256 slashed = 5 * 90 * (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT + COMPENSATION_PER_WEIGHT);
    checkEq(market.accountOf(bob.account).stake, 1_500e18 - 90 * UNIT - slashed, "on the stake as it was");
  }

  function test_endInsideARunOfMisses_failsIfRentIsTakenForAMissedPeriod() public {
    bytes32 id = storeData(alice, bob, "data", 1, 10);
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 10));
    revision.end = uint32(period() + 3);
    commitRevision(alice, bob, revision);
    for (uint256 i; i < 4; ++i) missNext(bob);
    proveNext(bob);
    market.close(id);
    checkEq(market.credits(bob.account), 0, "both paid periods were missed");
  }

  function test_neverCommittedDeal_failsIfItsEscrowIsStuck() public {
    bytes32 id = openDeal(alice, bob, "never");
    vm.prank(bob.account);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealIsEmpty.selector, id));
    market.forfeit(id);
    vm.prank(alice.account);
    market.cancel(id);
    vm.prank(alice.account);
    market.withdraw(100e18, alice.account);
    checkEq(token.balanceOf(alice.account), RICH, "all of it is back at once");
  }

  function test_donationToTheVault_failsIfItBreaksTheBooks(uint96 amount) public {
    uint256 gift = bound(amount, 1, RICH);
    uint256 accounted = vault.accounted();
    vm.prank(mallory.account);
    check(token.transfer(address(vault), gift), "anybody may send tokens");
    checkEq(vault.accounted(), accounted, "nobody owns them");
    vm.prank(alice.account);
    market.stake(bob.account, 1e18);
    vm.prank(bob.account);
    market.unstake(1_001e18);
    vm.prank(bob.account);
    market.withdraw(1_001e18, bob.account);
    checkEq(vault.accounted(), accounted - 1_000e18, "money moves as before");
    vm.expectRevert(abi.encodeWithSelector(IMarketStakes.InsufficientFunds.selector, 1, 0));
    vm.prank(mallory.account);
    market.withdraw(1, mallory.account);
  }

  function test_stolenSigner_failsIfItRaisesThePriceOrTheBounds() public {
    bytes32 id = storeData(alice, bob, "data", 1, 10);
    Revision memory revision = revisionOf(id, DataSets.make("junk", 1, 10));
    revision.price = PRICE + 1;
    refuseCommit(outOfBounds("price", PRICE + 1, 0, PRICE), revision);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NotParty.selector, id, alice.hot));
    vm.prank(alice.hot);
    market.setBounds(id, type(uint32).max, type(uint40).max, MAX_EGRESS);
  }

  function test_reRoll_failsIfAnyCallMovesTheDraw(uint256 order) public {
    bytes32 first = storeData(alice, bob, "first", 2, 3);
    bytes32 second = storeData(carol, bob, "second", 1, 4);
    bytes32 empty = openDeal(alice, bob, "empty");
    nextPeriod(0);
    bytes32 before = drawOf(first, second);
    for (uint256 i; i < 12; ++i) {
      order = uint256(keccak256(abi.encode(order)));
      meddle(order, order % 2 == 0 ? first : second, empty);
      checkEq(drawOf(first, second), before, "everything that the draw depends on stays (INV-7)");
      if (order % 5 == 0 && block.number < market.firstBlockOf(period()) + W - 2) vm.roll(block.number + 1);
    }
    goTo(period(), W - 1);
    prove(bob);
    checkEq(market.accountOf(bob.account).lastProven, period(), "and Bob proves in the last block (INV-14)");
  }

  /// @dev One of all state-changing calls by one of all people; whether it reverts does not matter.
  function meddle(uint256 random, bytes32 id, bytes32 empty) private {
    address[6] memory people = [alice.account, bob.account, bob.hot, carol.account, mallory.account, dave.account];
    Revision memory revision = revisionOf(random % 3 == 0 ? empty : id, DataSets.make(bytes32(random), 1, 2));
    bytes memory renter = sign(random % 7 < 4 ? alice.hotKey : carol.hotKey, revision);
    bytes memory provider = sign(bob.hotKey, revision);
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = requestFor(carol, bob, bytes32(random));
    bytes[] memory items = new bytes[](2);
    items[0] = abi.encodeCall(market.commit, (revision, renter, provider));
    items[1] = abi.encodeCall(market.close, (id));
    bytes[16] memory calls = [
      items[0],
      items[1],
      abi.encodeCall(market.forfeit, (id)),
      abi.encodeCall(market.settle, (id)),
      abi.encodeCall(market.cancel, (random % 3 == 0 ? empty : id)),
      abi.encodeCall(market.leaveDeal, (id)),
      abi.encodeCall(market.setSigner, (id, address(uint160(random) | 1))),
      abi.encodeCall(market.setBounds, (id, type(uint32).max, type(uint40).max, type(uint96).max)),
      abi.encodeCall(market.deposit, (id, random % 1e18)),
      abi.encodeCall(market.open, (requests)),
      abi.encodeCall(market.stake, (bob.account, random % 1e18)),
      abi.encodeCall(market.unstake, (random % 1e18)),
      abi.encodeCall(market.withdraw, (0, address(uint160(random) | 1))),
      abi.encodeCall(market.sync, (bob.account)),
      abi.encodeCall(market.recordSeed, (market.currentPeriod())),
      abi.encodeCall(market.batch, (items, 500_000))
    ];
    address who = people[(random >> 16) % 6];
    uint256 which = (random >> 8) % 24;
    if (which >= 16) return callLately(who, which - 16, random, id);
    vm.prank(who);
    (bool success, ) = address(market).call(calls[which]);
    success;
  }

  /// @dev One of the calls about challenges, vouchers and rewards.
  function callLately(address who, uint256 which, uint256 random, bytes32 id) private {
    bytes[8] memory calls = [
      abi.encodeCall(market.challenge, (id)),
      abi.encodeCall(market.answer, (id, bytes(""))),
      abi.encodeCall(market.expire, (id)),
      abi.encodeCall(market.redeem, (id, uint128(random), "")),
      abi.encodeCall(market.permit, (0, type(uint256).max, 27, bytes32(random), bytes32(random))),
      abi.encodeCall(market.fund, (bob.account, random % 1e18)),
      abi.encodeCall(rewardPool.sponsor, (market.currentEpoch(), random % 1e18)),
      abi.encodeCall(rewardPool.claim, (bob.account, new uint256[](1)))
    ];
    vm.prank(who);
    (bool success, ) = (which < 6 ? address(market) : address(rewardPool)).call(calls[which]);
    success;
  }

  function drawOf(bytes32 first, bytes32 second) private view returns (bytes32 hash) {
    ProviderAccount memory account = market.accountOf(bob.account);
    hash = keccak256(abi.encode(account.generation, account.total, market.slotCountOf(bob.account, 0)));
    for (uint256 slot; slot < 3; ++slot) hash = keccak256(abi.encode(hash, market.dealAt(bob.account, 0, slot)));
    return keccak256(abi.encode(hash, drawPart(first), drawPart(second)));
  }

  function drawPart(bytes32 id) private view returns (bytes32) {
    return
      keccak256(
        abi.encode(
          market.dealOf(id).root,
          market.dealOf(id).leaves,
          market.dealOf(id).sectors,
          market.dealOf(id).slot,
          market.dealOf(id).weight
        )
      );
  }
}

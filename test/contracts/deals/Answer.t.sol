// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "../../../contracts/interfaces/ILeafProof.sol";
import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketSchedule} from "../../../contracts/interfaces/IMarketSchedule.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice Answering a direct challenge (R8).
contract AnswerTest is ChallengeFixture {
  using DataSets for DataSets.DataSet;

  /// A hundredth of the collateral of 15 leaves.
  uint256 private constant BOND = (15 * WEIGHT * UNIT) / 100;

  bytes32 private id;
  uint256 private asked;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 3, 5);
    challengeBy(alice.account, id);
    asked = period();
  }

  function test_answer_succeedsIfByAnybodyWithinTheWindow(address caller, uint256 offset) public {
    goTo(asked + 1, bound(offset, 1, W - 1));
    bytes memory samples = answerOf(id, asked);
    uint256 burnt = market.credits(BURN);
    vm.expectEmit(address(market));
    emit IDealSignals.ChallengeAnswered(id, bob.account, BOND);
    vm.prank(caller);
    market.answer(id, samples);
    checkEq(market.credits(BURN), burnt + BOND / 2, "half of the bond is burnt");
    checkEq(market.credits(bob.account), BOND / 2, "half is Bob's");
    checkEq(market.credits(alice.account), 0, "INV-17: none comes back to Alice");
    check(market.dealOf(id).challengedIn == 0, "the deal is free again");
    checkEq(market.challengeOf(id).challenger, address(0), "the challenge is gone");
    checkEq(market.bondOf(id), BOND, "and no longer counts");
  }

  function test_answer_succeedsIfLateButNotExpired() public {
    goTo(asked + 1, 1);
    prove(bob);
    market.recordSeed(asked + 1);
    goTo(asked + 1, W + 5);
    answer(id);
    checkEq(market.credits(bob.account), BOND / 2, "until somebody makes it expire");
  }

  function test_answer_succeedsIfDataAreProvenOnce() public {
    goTo(asked + 1, 1);
    answer(id);
    vm.expectRevert(notChallenged(id));
    market.answer(id, "");
  }

  function test_answer_failsIfBeforeTheNextPeriod() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, asked + 1));
    market.answer(id, "");
    goTo(asked + 1, 0);
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, asked + 1));
    market.answer(id, "");
  }

  function test_answer_failsIfASampleIsWrong(uint8 sample) public {
    goTo(asked + 1, 1);
    bytes memory samples = answerOf(id, asked);
    samples[(samples.length / 5) * bound(sample, 0, 4)] ^= 0x01;
    vm.expectPartialRevert(ILeafProof.WrongRoot.selector);
    market.answer(id, samples);
  }

  function test_answer_failsIfTooShortOrTooLong() public {
    goTo(asked + 1, 1);
    bytes memory samples = answerOf(id, asked);
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.ProofLength.selector, samples.length, samples.length + 1));
    market.answer(id, bytes.concat(samples, hex"00"));
    vm.expectPartialRevert(ILeafProof.ProofLength.selector);
    market.answer(id, "");
  }

  function test_answer_failsIfTheAuditsSamplesAreSent() public {
    goTo(asked + 1, 1);
    bytes memory audit = samplesOf(bob);
    vm.expectRevert();
    market.answer(id, audit);
  }

  function test_answer_failsIfDefaulted() public {
    defaultOn(bob);
    vm.expectRevert(isDefaulted(id));
    market.answer(id, "");
  }

  function test_answer_failsIfNothingWasAsked() public {
    bytes32 other = storeData(carol, bob, "other", 1, 1);
    vm.expectRevert(notChallenged(other));
    market.answer(other, "");
  }

  function test_samplesOfAChallenge_dependOnSeedAndRevisionAlone(uint256 random) public {
    goTo(asked + 1, 1);
    bytes memory before = answerOf(id, asked);
    vm.prank(carol.account);
    market.stake(bob.account, 1 + (random % 1e18));
    vm.prank(alice.account);
    market.deposit(id, 1 + (random % 1e18));
    prove(bob);
    storeData(carol, bob, bytes32(random), 1, 1 + (random % 5));
    checkEq(keccak256(answerOf(id, asked)), keccak256(before), "INV-17: nothing else moves the samples");
    market.answer(id, before);
    check(market.dealOf(id).challengedIn == 0, "and the market asks for the same");
  }

  function test_answer_succeedsIfManyInATransaction() public {
    uint256 count = 12;
    bytes32[] memory ids = new bytes32[](count);
    for (uint256 i; i < count; ++i) {
      ids[i] = storeData(carol, bob, bytes32(i), 4, 16);
      challengeBy(carol.account, ids[i]);
    }
    goTo(asked + 1, 1);
    bytes[] memory calls = new bytes[](count + 1);
    for (uint256 i; i < count; ++i) calls[i] = abi.encodeCall(market.answer, (ids[i], answerOf(ids[i], asked)));
    calls[count] = abi.encodeCall(market.answer, (id, ""));
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(count, abi.encodeWithSelector(ILeafProof.ProofLength.selector, 43, 0));
    market.batch(calls, 400_000);
    for (uint256 i; i < count; ++i) check(market.dealOf(ids[i]).challengedIn == 0, "each is answered");
    check(market.dealOf(id).challengedIn != 0, "but the one without proofs");
  }

  function test_bond_succeedsIfItIsThatOfTheTimeItWasTaken() public {
    // The weight is gone when the bond is returned, and with a ladder in between.
    bytes32 other = storeData(alice, bob, "other", 1, 200);
    uint256 bond = market.bondOf(other);
    challengeBy(alice.account, other);
    checkEq(bond, (18 * UNIT * 9) / 8, "200 leaves, and one challenge before");
    goTo(asked + 1, 1);
    answer(id);
    uint256 credit = market.credits(alice.account);
    uint256 escrow = market.dealOf(other).escrow;
    prove(bob);
    vm.prank(bob.account);
    market.forfeit(other);
    uint256 rent = 200 * LEAF_RENT;
    checkEq(
      market.credits(alice.account),
      credit + escrow - rent + 200 * WEIGHT * UNIT + bond,
      "INV-17: bond, escrow and collateral"
    );
  }
}

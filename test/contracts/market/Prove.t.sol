// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "../../../contracts/interfaces/ILeafProof.sol";
import {IMarketAudits} from "../../../contracts/interfaces/IMarketAudits.sol";
import {ProviderAccount} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract ProveTest is MarketFixture {
  function setUp() public override {
    super.setUp();
    storeData(alice, bob, "photos", 3, 5);
    storeData(carol, bob, "films", 1, 8);
    storeData(carol, bob, "notes", 2, 1);
  }

  function test_prove_succeedsIfHonestInAnyBlockOfTheWindow(uint256 offset, address sender) public {
    nextPeriod(bound(offset, 1, W - 1));
    bytes memory samples = samplesOf(bob);
    uint256 p = period();
    vm.expectEmit(address(market));
    emit IMarketAudits.Proven(bob.account, p);
    vm.prank(sender);
    market.prove(bob.account, p, samples);
    ProviderAccount memory account = market.accountOf(bob.account);
    checkEq(account.lastProven, p, "the period is proven");
    check(!market.isFrozen(bob.account), "and the deals may move");
    checkEq(market.decidedOf(bob.account), p, "and it is decided");
    checkEq(market.credits(bob.account), 0, "no money moves");
  }

  function test_prove_succeedsIfCopiedWithoutAnyEffect() public {
    proveNext(bob);
    bytes32 before = keccak256(abi.encode(market.accountOf(bob.account)));
    vm.recordLogs();
    vm.prank(mallory.account);
    market.prove(bob.account, period(), "not even looked at");
    checkEq(vm.getRecordedLogs().length, 0, "silent");
    checkEq(keccak256(abi.encode(market.accountOf(bob.account))), before, "nothing changed");
  }

  function test_prove_succeedsWithoutEffectIfNothingIsStored() public {
    nextPeriod(1);
    market.prove(dave.account, period(), "");
    market.prove(mallory.account, 77, "");
    checkEq(market.accountOf(mallory.account).lastProven, 0, "no account is made for a stranger");
  }

  function test_prove_succeedsWithoutRevertIfTheSyncDefaulted() public {
    for (uint256 i; i < 4; ++i) missNext(bob);
    uint256 p = period() + 1;
    goTo(p + 1, 1);
    market.prove(bob.account, p + 1, "");
    checkEq(market.accountOf(bob.account).generation, 1, "the default stays");
    checkEq(market.defaultOf(bob.account, 0).period, p, "at the fifth miss");
    checkEq(market.accountOf(bob.account).total, 0, "the new generation is empty");
  }

  function test_prove_succeedsAfterAMissedPeriod() public {
    nextPeriod(1);
    nextPeriod(1);
    prove(bob);
    checkEq(market.missesThrough(bob.account, period()), 1, "the miss was found on the way");
    checkEq(market.accountOf(bob.account).lastProven, period(), "and does not stop the next proof");
  }

  function test_prove_succeedsIfTheSeedWasRecordedBefore() public {
    nextPeriod(1);
    market.recordSeed(period());
    prove(bob);
    checkEq(market.accountOf(bob.account).lastProven, period(), "recording is a convenience");
  }

  function test_prove_failsIfNotTheCurrentPeriod() public {
    nextPeriod(1);
    uint256 p = period();
    bytes memory samples = samplesOf(bob);
    vm.expectRevert(abi.encodeWithSelector(IMarketAudits.WrongPeriod.selector, p + 1, p));
    market.prove(bob.account, p + 1, samples);
    goTo(p + 1, 1);
    vm.expectRevert(abi.encodeWithSelector(IMarketAudits.WrongPeriod.selector, p, p + 1));
    market.prove(bob.account, p, samples);
  }

  function test_prove_failsIfOutsideTheWindow() public {
    nextPeriod(1);
    uint256 p = period();
    bytes memory samples = samplesOf(bob);
    goTo(p, 0);
    vm.expectRevert(abi.encodeWithSelector(IMarketAudits.OutsideWindow.selector, 0, W));
    market.prove(bob.account, p, samples);
    goTo(p, W);
    vm.expectRevert(abi.encodeWithSelector(IMarketAudits.OutsideWindow.selector, W, W));
    market.prove(bob.account, p, samples);
  }

  function test_prove_failsIfAnyByteIsWrong(uint256 position, uint8 change) public {
    vm.assume(change != 0);
    nextPeriod(1);
    uint256 p = period();
    bytes memory samples = samplesOf(bob);
    samples[position % samples.length] ^= bytes1(change);
    vm.expectRevert();
    market.prove(bob.account, p, samples);
  }

  function test_prove_failsIfBytesAreMissingOrTooMany() public {
    nextPeriod(1);
    uint256 p = period();
    bytes memory samples = samplesOf(bob);
    bytes memory more = bytes.concat(samples, hex"00");
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.ProofLength.selector, samples.length, more.length));
    market.prove(bob.account, p, more);
    assembly ("memory-safe") {
      mstore(samples, sub(mload(samples), 1))
    }
    vm.expectPartialRevert(ILeafProof.ProofLength.selector);
    market.prove(bob.account, p, samples);
    vm.expectRevert(abi.encodeWithSelector(ILeafProof.ProofLength.selector, 43, 0));
    market.prove(bob.account, p, "");
  }

  function test_prove_failsIfTheSamplesAreOfAnotherPeriod() public {
    nextPeriod(1);
    bytes memory samples = samplesOf(bob);
    prove(bob);
    nextPeriod(1);
    uint256 p = period();
    vm.expectRevert();
    market.prove(bob.account, p, samples);
  }
}

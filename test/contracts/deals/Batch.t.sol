// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketChallenges} from "../../../contracts/interfaces/IMarketChallenges.sol";
import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IDelegatedVerbs} from "../../../contracts/market/DelegatedVerbs.sol";
import {OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";
import {Vm} from "../support/Vm.sol";

contract BatchTest is DealFixture {
  uint256 private constant ENOUGH = 2_000_000;

  function test_batch_succeedsIfCommitCloseAndSettle() public {
    bytes32 closed = storeUntil(period() + 2);
    bytes32 settled = storeData(carol, bob, "settled", 1, 2);
    bytes32 committed = openDeal(alice, bob, "committed");
    proveNext(bob);
    bytes[] memory calls = new bytes[](3);
    calls[0] = settleCall(settled);
    calls[1] = abi.encodeCall(IDelegatedVerbs.close, (closed));
    calls[2] = commitCall(revisionOf(committed, DataSets.make("committed", 1, 3)));
    vm.prank(bob.hot);
    market.batch(calls, ENOUGH);
    checkEq(market.dealOf(settled).escrow, 100e18 - 2 * LEAF_RENT, "the first was settled");
    requireClosed(closed);
    checkEq(market.dealOf(committed).leaves, 3, "the third was committed");
    checkEq(market.accountOf(bob.account).total, (2 + 3) * WEIGHT, "INV-2: the weights of both are in");
  }

  function test_batch_succeedsIfTheCallerStaysTheSender() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    nextPeriod(W);
    vm.prank(mallory.account);
    market.batch(one(settleCall(id)), ENOUGH);
    checkEq(market.credits(mallory.account), WEIGHT * BOUNTY_PER_WEIGHT, "the bounty is the caller's");
    checkEq(market.credits(address(market)), 0, "not the market's");
  }

  function test_batch_succeedsIfNoItemGainsRights() public {
    bytes32 id = storeUntil(period() + 2);
    proveNext(bob);
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(0, notParty(id, mallory.account));
    vm.prank(mallory.account);
    market.batch(one(abi.encodeCall(IDelegatedVerbs.close, (id))), ENOUGH);
    checkEq(market.dealOf(id).weight, WEIGHT, "a stranger closes nothing");
  }

  function test_batch_succeedsIfBadItemsAreSkippedAndNamed(uint8 bad) public {
    bytes[] memory calls = new bytes[](8);
    bytes32[] memory ids = new bytes32[](8);
    for (uint256 i; i < 8; ++i) {
      bool isBad = (bad >> i) & 1 == 1;
      ids[i] = isBad ? bytes32(i) : storeData(alice, bob, bytes32(i), 1, 1);
      calls[i] = settleCall(ids[i]);
    }
    if (bad != type(uint8).max) proveNext(bob);
    vm.recordLogs();
    market.batch(calls, ENOUGH);
    Vm.Log[] memory logs = vm.getRecordedLogs();
    checkEq(logs.length, 8, "one event an item");
    for (uint256 i; i < 8; ++i) {
      if ((bad >> i) & 1 == 1) requireFailed(logs[i], i, unknown(bytes32(i)));
      else checkEq(market.dealOf(ids[i]).escrow, 100e18 - LEAF_RENT, "a good item is done");
    }
  }

  function test_batch_succeedsIfAFailedItemLeavesNoTrace() public {
    bytes32 first = storeData(alice, bob, "first", 1, 1);
    bytes32 second = storeData(carol, dave, "second", 1, 1);
    nextPeriod(W);
    bytes[] memory calls = new bytes[](2);
    calls[0] = abi.encodeCall(IDelegatedVerbs.close, (first));
    calls[1] = settleCall(second);
    uint256 lastPaid = market.dealOf(first).end - 1;
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(
      0,
      abi.encodeWithSelector(IDealSignals.TooEarlyToClose.selector, period(), lastPaid)
    );
    market.batch(calls, ENOUGH);
    checkEq(market.missesThrough(bob.account, period()), 0, "the miss that the failed item found is undone");
    checkEq(market.missesThrough(dave.account, period()), 1, "that of the good one stands");
  }

  function test_batch_succeedsIfTheSameItemComesTwice() public {
    bytes32 id = openDeal(alice, bob, "data");
    bytes[] memory calls = new bytes[](2);
    calls[0] = calls[1] = commitCall(revisionOf(id, DataSets.make("data", 1, 1)));
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(1, abi.encodeWithSelector(IDealSignals.StaleRevision.selector, 1, 1));
    market.batch(calls, ENOUGH);
    checkEq(market.dealOf(id).number, 1, "the first did it");
  }

  function test_batch_succeedsIfAnItemUsesUpItsGas(uint256 gasPerItem) public {
    bytes32 id = openDeal(alice, bob, "data");
    bytes32 other = storeData(carol, dave, "other", 1, 1);
    proveNext(dave);
    bytes[] memory calls = new bytes[](2);
    calls[0] = commitCall(revisionOf(id, DataSets.make("data", 1, 1)));
    calls[1] = settleCall(other);
    gasPerItem = bound(gasPerItem, 90_000, 120_000);
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(0, "");
    uint256 before = gasleft();
    market.batch(calls, gasPerItem);
    check(before - gasleft() < 2 * gasPerItem + 50_000, "no item uses more than the cap");
    checkEq(market.dealOf(id).number, 0, "the dear one is skipped");
    checkEq(market.dealOf(other).escrow, 100e18 - LEAF_RENT, "the cheap one is done");
  }

  function test_batch_succeedsIfALongReasonIsCut(uint16 length) public {
    bytes32 id = openDeal(alice, bob, "data");
    bytes memory call = commitCall(revisionOf(id, DataSets.make("data", 1, 1)));
    requireCut(call, bound(length, 0, 1_000));
    requireCut(call, 256);
    requireCut(call, 257);
  }

  function requireCut(bytes memory call, uint256 length) private {
    bytes memory reason = new bytes(length);
    for (uint256 i; i < reason.length; ++i) reason[i] = bytes1(uint8(i + 1));
    vm.mockCallRevert(address(registry), abi.encodeCall(IProviderRegistry.operatorOf, (bob.account)), reason);
    vm.recordLogs();
    market.batch(one(call), ENOUGH);
    if (reason.length > 256) {
      assembly ("memory-safe") {
        mstore(reason, 256)
      }
    }
    requireFailed(vm.getRecordedLogs()[0], 0, reason);
  }

  function test_batch_succeedsIfThereIsNothingToDo() public {
    vm.recordLogs();
    market.batch(new bytes[](0), ENOUGH);
    checkEq(vm.getRecordedLogs().length, 0, "nothing happens");
  }

  function test_batch_failsIfTheGasDoesNotReach(uint256 gasPerItem, uint256 given) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    gasPerItem = bound(gasPerItem, 300_000, 1_000_000);
    bytes[] memory calls = one(settleCall(id));
    uint256 needed = gasPerItem + gasPerItem / 63 + 10_000 + 16 * calls[0].length;
    given = bound(given, 100_000, needed);
    try market.batch{gas: given}(calls, gasPerItem) {
      check(false, "an item never gets less than it was promised");
    } catch (bytes memory reason) {
      (bytes4 selector, uint256 left, uint256 wanted) = decode(reason);
      check(selector == IDealSignals.BatchGasTooLow.selector, "refused by name");
      checkEq(wanted, needed, "with what an item needs");
      check(left < needed && left < given, "and what was left");
    }
  }

  function test_batch_failsIfTheGasIsBeyondAllBlocks() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    vm.expectPartialRevert(IDealSignals.BatchGasTooLow.selector);
    market.batch(one(settleCall(id)), 1 << 80);
  }

  function test_batch_failsIfNotBatchable(bytes4 selector) public {
    vm.assume(
      selector != IMarketDeals.open.selector &&
        selector != IMarketDeals.permit.selector &&
        selector != IDelegatedVerbs.commit.selector &&
        selector != IDelegatedVerbs.settle.selector &&
        selector != IDelegatedVerbs.redeem.selector &&
        selector != IMarketChallenges.answer.selector &&
        selector != IDelegatedVerbs.close.selector &&
        selector != IDelegatedVerbs.expire.selector
    );
    refuse(selector, abi.encodeWithSelector(selector, bytes32("data")));
  }

  function test_batch_failsIfAnotherVerb() public {
    bytes32 id = openDeal(alice, bob, "data");
    refuse(IMarketChallenges.challenge.selector, abi.encodeCall(IMarketChallenges.challenge, (id)));
    refuse(IMarketDeals.deposit.selector, abi.encodeCall(IMarketDeals.deposit, (id, 1)));
    refuse(IMarketDeals.setBounds.selector, abi.encodeCall(IMarketDeals.setBounds, (id, 1, 1, 1)));
    refuse(IMarketDeals.setSigner.selector, abi.encodeCall(IMarketDeals.setSigner, (id, carol.hot)));
    refuse(IDelegatedVerbs.leaveDeal.selector, abi.encodeCall(IDelegatedVerbs.leaveDeal, (id)));
    refuse(IDelegatedVerbs.cancel.selector, abi.encodeCall(IDelegatedVerbs.cancel, (id)));
    refuse(IDelegatedVerbs.forfeit.selector, abi.encodeCall(IDelegatedVerbs.forfeit, (id)));
    refuse(IDelegatedVerbs.batch.selector, abi.encodeCall(IDelegatedVerbs.batch, (new bytes[](0), ENOUGH)));
  }

  function test_batch_failsIfAnItemIsShorterThanASelector() public {
    refuse(bytes4(0), "");
    bytes memory three = new bytes(3);
    bytes4 settle = IDelegatedVerbs.settle.selector;
    (three[0], three[1], three[2]) = (settle[0], settle[1], settle[2]);
    refuse(bytes4(bytes3(settle)), three);
  }

  function test_batch_failsIfALaterItemIsNotBatchable() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    proveNext(bob);
    bytes[] memory calls = new bytes[](2);
    calls[0] = settleCall(id);
    calls[1] = abi.encodeCall(IDelegatedVerbs.forfeit, (id));
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NotBatchable.selector, IDelegatedVerbs.forfeit.selector));
    vm.prank(bob.account);
    market.batch(calls, ENOUGH);
    checkEq(market.dealOf(id).escrow, 100e18, "the whole batch is refused");
  }

  function refuse(bytes4 selector, bytes memory item) private {
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NotBatchable.selector, selector));
    vm.prank(alice.account);
    market.batch(one(item), ENOUGH);
  }

  function one(bytes memory item) private pure returns (bytes[] memory calls) {
    calls = new bytes[](1);
    calls[0] = item;
  }

  function settleCall(bytes32 id) private pure returns (bytes memory) {
    return abi.encodeCall(IDelegatedVerbs.settle, (id));
  }

  function commitCall(Revision memory revision) private view returns (bytes memory) {
    return abi.encodeCall(IDelegatedVerbs.commit, (revision, sign(alice.hotKey, revision), sign(bob.hotKey, revision)));
  }

  function requireFailed(Vm.Log memory entry, uint256 index, bytes memory reason) private pure {
    checkEq(entry.topics[0], IDealSignals.BatchItemFailed.selector, "the item failed");
    checkEq(uint256(entry.topics[1]), index, "named by its index");
    checkEq(keccak256(entry.data), keccak256(abi.encode(reason)), "with the bytes of its error");
  }

  function decode(bytes memory reason) private pure returns (bytes4 selector, uint256 left, uint256 needed) {
    assembly ("memory-safe") {
      selector := mload(add(reason, 32))
      left := mload(add(reason, 36))
      needed := mload(add(reason, 68))
    }
  }
}

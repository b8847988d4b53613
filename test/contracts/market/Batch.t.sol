// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract BatchTest is MarketFixture {
  uint256 private constant GAS = 600_000;

  function test_batch_succeedsIfAFailingItemIsSkipped() public {
    bytes32 first = openDeal(alice, bob, "first");
    bytes32 second = openDeal(alice, bob, "second");
    bytes[] memory calls = new bytes[](4);
    calls[0] = commitCall(first);
    calls[1] = commitCall("none");
    calls[2] = commitCall(second);
    calls[3] = abi.encodeCall(market.settle, (first));
    vm.expectEmit(address(market));
    emit IMarketDeals.BatchItemFailed(1, abi.encodeWithSelector(IMarketDeals.DealUnknown.selector, bytes32("none")));
    market.batch(calls, GAS);
    checkEq(market.dealOf(first).number, 1, "the first is committed");
    checkEq(market.dealOf(second).number, 1, "and so is the one after the failure");
  }

  function test_batch_succeedsIfTheCallerIsThePartyOfEachItem() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    uint256 end = market.dealOf(id).end;
    vm.prank(alice.account);
    market.leaveDeal(id);
    end = market.dealOf(id).end;
    while (period() < end - 1) proveNext(bob);
    bytes[] memory calls = new bytes[](1);
    calls[0] = abi.encodeCall(market.close, (id));
    vm.prank(bob.hot);
    market.batch(calls, GAS);
    checkEq(market.dealOf(id).weight, 0, "the operator may close in the last paid period");
  }

  function test_batch_succeedsIfAnItemRunsOutOfItsOwnGasOnly() public {
    bytes32 first = openDeal(alice, bob, "first");
    bytes[] memory calls = new bytes[](1);
    calls[0] = commitCall(first);
    vm.expectEmit(address(market));
    emit IMarketDeals.BatchItemFailed(0, "");
    market.batch(calls, 30_000);
    checkEq(market.dealOf(first).number, 0, "the cap binds");
    market.batch(calls, GAS);
    checkEq(market.dealOf(first).number, 1, "with enough gas it passes");
  }

  function test_batch_succeedsIfEmpty() public {
    market.batch(new bytes[](0), GAS);
  }

  function test_batch_failsIfACallIsNotAllowed() public {
    bytes4[4] memory selectors = [market.withdraw.selector, market.prove.selector, market.batch.selector, bytes4(0)];
    for (uint256 i; i < 4; ++i) {
      bytes[] memory calls = new bytes[](1);
      calls[0] = abi.encodePacked(selectors[i], uint256(1), uint256(2));
      vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotBatchable.selector, selectors[i]));
      market.batch(calls, GAS);
    }
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotBatchable.selector, bytes4(0)));
    market.batch(new bytes[](1), GAS);
  }

  function test_batch_failsIfTheGasForAnItemIsNotThere() public {
    bytes32 first = openDeal(alice, bob, "first");
    bytes[] memory calls = new bytes[](1);
    calls[0] = commitCall(first);
    vm.expectPartialRevert(IMarketDeals.BatchGasTooLow.selector);
    market.batch{gas: GAS}(calls, GAS);
  }

  function commitCall(bytes32 id) private view returns (bytes memory) {
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    return abi.encodeCall(market.commit, (revision, sign(alice.hotKey, revision), sign(bob.hotKey, revision)));
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {DealStatus} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract CancelTest is MarketFixture {
  function test_cancel_succeedsIfNeverCommitted() public {
    bytes32 id = openDeal(alice, bob, "salt");
    vm.expectEmit(address(market));
    emit IMarketDeals.DealCancelled(id, 100e18);
    cancel(id);
    check(market.dealOf(id).status == DealStatus.Closed, "closed for good");
    checkEq(market.credits(alice.account), 100e18, "the whole escrow is back");
  }

  function test_cancel_succeedsIfEmptiedByAgreement() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    proveNext(bob);
    commitRevision(alice, bob, revisionOf(id, DataSets.make("none", 0, 0)));
    cancel(id);
    checkEq(market.credits(alice.account), 100e18 - LEAF_RENT, "the proven period was paid");
    checkEq(market.credits(bob.account), LEAF_RENT, "to Bob");
  }

  function test_cancel_succeedsIfTheProviderIsFrozen() public {
    bytes32 id = openDeal(alice, bob, "salt");
    storeData(carol, bob, "data", 1, 1);
    nextPeriod(1);
    cancel(id);
    checkEq(market.credits(alice.account), 100e18, "nothing of the draw depends on an empty deal");
  }

  function test_cancel_failsIfItStoresData() public {
    bytes32 id = storeData(alice, bob, "data", 1, 3);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealNotEmpty.selector, id, 3));
    cancel(id);
  }

  function test_cancel_failsIfNotTheRenter() public {
    bytes32 id = openDeal(alice, bob, "salt");
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotParty.selector, id, mallory.account));
    vm.prank(mallory.account);
    market.cancel(id);
  }

  function test_cancel_failsIfClosed() public {
    bytes32 id = openDeal(alice, bob, "salt");
    cancel(id);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealIsClosed.selector, id));
    cancel(id);
  }

  function cancel(bytes32 id) private {
    vm.prank(alice.account);
    market.cancel(id);
  }
}

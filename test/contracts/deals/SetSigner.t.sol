// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract SetSignerTest is MarketFixture {
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "salt");
  }

  function test_setSigner_succeedsIfByTheRenter(address signer) public {
    vm.assume(signer != address(0));
    vm.expectEmit(address(market));
    emit IDealSignals.DealSignerSet(id, signer);
    change(signer);
    Deal memory deal = market.dealOf(id);
    checkEq(deal.signer, signer, "the new key");
    checkEq(deal.previousSigner, alice.hot, "the old key is remembered");
    checkEq(deal.signerSince, period(), "and when it was replaced");
  }

  function test_setSigner_succeedsIfTheNewKeySignsAtOnce() public {
    change(carol.hot);
    Revision memory revision = revisionOf(id, DataSets.make("data", 1, 1));
    bytes memory reason = abi.encodeWithSelector(IDealSignals.BadSignature.selector, "renter", carol.hot, alice.hot);
    refuseCommit(reason, revision);
    commitRevision(carol, bob, revision);
    checkEq(market.dealOf(id).number, 1, "Carol's key signs for Alice");
  }

  function test_setSigner_succeedsAgainTwoPeriodsLater() public {
    uint256 since = period();
    change(carol.hot);
    for (uint256 p = since; p < since + 2; ++p) {
      goTo(p, P - 1);
      vm.expectRevert(abi.encodeWithSelector(IDealSignals.SignerChangeTooSoon.selector, since, since + 2));
      change(dave.hot);
    }
    goTo(since + 2, 0);
    change(dave.hot);
    checkEq(market.dealOf(id).previousSigner, carol.hot, "the next change is possible from p + 2 on");
  }

  function test_setSigner_failsIfNobody() public {
    vm.expectRevert(IDealSignals.ZeroSigner.selector);
    change(address(0));
  }

  function test_setSigner_failsIfNotTheRenter() public {
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NotParty.selector, id, alice.hot));
    vm.prank(alice.hot);
    market.setSigner(id, alice.hot);
  }

  function change(address signer) private {
    vm.prank(alice.account);
    market.setSigner(id, signer);
  }
}

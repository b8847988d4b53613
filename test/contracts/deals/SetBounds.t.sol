// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract SetBoundsTest is MarketFixture {
  bytes32 private id;
  Deal private deal;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "salt");
    deal = market.dealOf(id);
  }

  function test_setBounds_succeedsIfRaisedByTheRenter(uint32 maxEnd, uint40 maxLeaves, uint96 maxEgress) public {
    maxEnd = uint32(bound(maxEnd, deal.maxEnd, type(uint32).max));
    maxLeaves = uint40(bound(maxLeaves, deal.maxLeaves, type(uint40).max));
    maxEgress = uint96(bound(maxEgress, deal.maxEgress, type(uint96).max));
    vm.expectEmit(address(market));
    emit IDealSignals.DealBoundsSet(id, maxEnd, maxLeaves, maxEgress);
    vm.prank(alice.account);
    market.setBounds(id, maxEnd, maxLeaves, maxEgress);
    checkEq(market.dealOf(id).maxEnd, maxEnd, "the new bound of the end");
    checkEq(market.dealOf(id).maxLeaves, maxLeaves, "the new bound of the size");
    checkEq(market.dealOf(id).maxEgress, maxEgress, "the new bound of all vouchers");
    checkEq(market.dealOf(id).end, deal.end, "the end itself stays");
  }

  function test_setBounds_failsIfNotTheRenter() public {
    refuse(alice.hot);
    refuse(bob.account);
    refuse(mallory.account);
  }

  function test_setBounds_failsIfLowered() public {
    vm.expectRevert(outOfBounds("maxEnd", deal.maxEnd - 1, deal.maxEnd, type(uint32).max));
    vm.prank(alice.account);
    market.setBounds(id, deal.maxEnd - 1, deal.maxLeaves, deal.maxEgress);
    vm.expectRevert(outOfBounds("maxLeaves", deal.maxLeaves - 1, deal.maxLeaves, type(uint40).max));
    vm.prank(alice.account);
    market.setBounds(id, deal.maxEnd, deal.maxLeaves - 1, deal.maxEgress);
    vm.expectRevert(outOfBounds("maxEgress", deal.maxEgress - 1, deal.maxEgress, type(uint96).max));
    vm.prank(alice.account);
    market.setBounds(id, deal.maxEnd, deal.maxLeaves, deal.maxEgress - 1);
  }

  function refuse(address caller) private {
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NotParty.selector, id, caller));
    vm.prank(caller);
    market.setBounds(id, type(uint32).max, type(uint40).max, type(uint96).max);
  }
}

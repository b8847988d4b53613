// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, DealStatus} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract ForfeitTest is MarketFixture {
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = storeData(alice, bob, "data", 1, 10);
  }

  function test_forfeit_succeedsIfByTheProvider(bool byOwner) public {
    proveNext(bob);
    vm.expectEmit(address(market));
    emit IMarketDeals.DealForfeited(id, 100e18 - 10 * LEAF_RENT, 90 * UNIT);
    vm.prank(byOwner ? bob.account : bob.hot);
    market.forfeit(id);
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Closed, "closed for good");
    checkEq(market.credits(alice.account), 100e18 - 10 * LEAF_RENT + 90 * UNIT, "escrow and collateral are Alice's");
    checkEq(market.accountOf(bob.account).stake, 1_000e18 - 90 * UNIT, "out of Bob's stake");
    checkEq(market.lockedOf(bob.account), 0, "nothing is locked");
  }

  function test_forfeit_succeedsIfUnderstakedWithTheSameCoverForAll() public {
    bytes32 other = storeData(carol, bob, "other", 1, 10);
    vm.prank(bob.account);
    market.unstake(1_000e18 - 180 * UNIT);
    missNext(bob);
    uint256 stake = market.accountOf(bob.account).stake;
    uint256 cover = stake / 180;
    check(cover < UNIT, "a miss left less than a unit behind each weight");
    vm.prank(bob.account);
    market.forfeit(id);
    uint256 compensation = 90 * COMPENSATION_PER_WEIGHT;
    checkEq(market.credits(alice.account), 100e18 + 90 * cover + compensation, "Alice takes her cover, not Carol's");
    check(market.accountOf(bob.account).stake >= 90 * cover, "Carol's is still there");
    check(market.dealOf(other).status == DealStatus.Active, "and her deal goes on");
  }

  function test_forfeit_succeedsAsCloseIfDefaulted() public {
    defaultOn(bob);
    vm.expectEmit(address(market));
    emit IMarketDeals.DealClosed(id, 100e18, 90 * UNIT);
    vm.prank(carol.account);
    market.forfeit(id);
    check(market.dealOf(id).status == DealStatus.Closed, "closed as by anybody");
  }

  function test_forfeit_failsIfFrozen() public {
    nextPeriod(1);
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.Frozen.selector, bob.account, period()));
    vm.prank(bob.account);
    market.forfeit(id);
  }

  function test_forfeit_failsIfNotTheProvider() public {
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.NotParty.selector, id, alice.account));
    vm.prank(alice.account);
    market.forfeit(id);
  }

  function test_forfeit_failsIfEmpty() public {
    bytes32 other = openDeal(alice, bob, "empty");
    vm.expectRevert(abi.encodeWithSelector(IMarketDeals.DealIsEmpty.selector, other));
    vm.prank(bob.account);
    market.forfeit(other);
  }
}

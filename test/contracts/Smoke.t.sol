// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DealStatus} from "../../contracts/MarketTypes.sol";
import {MarketFixture} from "./support/MarketFixture.sol";

/// @notice One deal through its whole life.
contract SmokeTest is MarketFixture {
  function test_life_succeedsIfProvenMissedAndClosed() public {
    bytes32 id = storeData(alice, bob, "photos", 3, 5);
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Active, "the deal is active");
    proveNext(bob);
    proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), 2 * uint256(deal.rate), "two periods are paid");
    nextPeriod(W);
    vm.prank(carol.account);
    market.sync(bob.account);
    checkEq(market.missesThrough(bob.account, period()), 1, "one miss");
    nextPeriod(W);
    nextPeriod(W);
    nextPeriod(W);
    nextPeriod(W);
    market.close(id);
    uint256 unspent = 100e18 - 2 * uint256(deal.rate);
    uint256 compensation = 5 * COMPENSATION_PER_WEIGHT * deal.weight;
    checkEq(market.credits(alice.account), unspent + compensation + deal.weight * UNIT, "all is back");
  }
}

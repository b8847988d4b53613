// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketStakes} from "../../contracts/interfaces/IMarketStakes.sol";
import {DealSheet, ProviderSheet, SyncForecast} from "../../contracts/interfaces/IMarketView.sol";
import {MarketFixture} from "./support/MarketFixture.sol";

contract MarketViewTest is MarketFixture {
  bytes32[3] private ids;

  function setUp() public override {
    super.setUp();
    for (uint256 i; i < 3; ++i) ids[i] = storeData(alice, bob, bytes32(i + 1), 1, 1 + i);
  }

  function test_providers_succeedsInPages(uint256 from, uint256 limit) public view {
    from = bound(from, 0, 4);
    ProviderSheet[] memory sheets = marketView.providers(from, limit);
    uint256 rest = from < 2 ? 2 - from : 0;
    checkEq(sheets.length, limit < rest ? limit : rest, "fewer at the end");
    if (sheets.length != 0) {
      checkEq(sheets[0].provider, from == 0 ? bob.account : dave.account, "in order of registration");
    }
  }

  function test_provider_succeedsIfEverythingIsInOneAnswer() public {
    nextPeriod(3);
    ProviderSheet memory sheet = marketView.provider(bob.account);
    checkEq(sheet.record.operator, bob.hot, "the record");
    checkEq(sheet.account.total, 9 + 18 + 27, "the account");
    checkEq(sheet.locked, 54 * UNIT, "what is locked");
    checkEq(sheet.decided, period() - 1, "what is decided");
    check(sheet.frozen, "whether it is frozen");
    checkEq(sheet.slots, 3, "the slots");
    checkEq(sheet.credit, market.credits(bob.account), "the credit");
    checkEq(address(marketView.market()), address(market), "of this market");
  }

  function test_providerSheets_succeedsInTheOrderAsked() public view {
    address[] memory asked = new address[](3);
    (asked[0], asked[1], asked[2]) = (dave.account, alice.account, bob.account);
    ProviderSheet[] memory sheets = marketView.providerSheets(asked);
    checkEq(sheets.length, 3, "one for each");
    checkEq(sheets[0].record.operator, dave.hot, "the first asked for");
    checkEq(sheets[1].provider, alice.account, "a stranger by its address");
    checkEq(sheets[1].record.registeredAt, 0, "with nothing in its record");
    checkEq(keccak256(abi.encode(sheets[2])), keccak256(abi.encode(marketView.provider(bob.account))), "as one by one");
    checkEq(marketView.providerSheets(new address[](0)).length, 0, "nobody");
  }

  function test_dealsOf_succeedsIfFreeSlotsAreLeftOut() public {
    proveNext(bob);
    vm.prank(bob.account);
    market.forfeit(ids[1]);
    DealSheet[] memory sheets = marketView.dealsOf(bob.account, 0, 0, 10);
    checkEq(sheets.length, 2, "two of three are left");
    checkEq(sheets[0].id, ids[0], "the first slot");
    checkEq(sheets[1].id, ids[2], "the third");
    checkEq(marketView.dealsOf(bob.account, 0, 2, type(uint256).max).length, 1, "a page");
    checkEq(marketView.dealsOf(bob.account, 0, 9, 5).length, 0, "past the end");
    checkEq(marketView.dealsOf(bob.account, 7, 0, 5).length, 0, "of a generation to come");
  }

  function test_deals_succeedsIfTheEndOfTheGenerationIsIncluded() public {
    defaultOn(bob);
    bytes32[] memory asked = new bytes32[](2);
    asked[0] = ids[0];
    asked[1] = "none";
    DealSheet[] memory sheets = marketView.deals(asked);
    checkEq(sheets[0].deal.renter, alice.account, "the deal");
    checkEq(sheets[0].ended.period, period(), "and when its provider defaulted");
    checkEq(sheets[1].id, bytes32("none"), "an unknown one by its id");
    checkEq(sheets[1].deal.renter, address(0), "is all zero");
  }

  function test_forecastSync_succeedsIfASyncDoesThat(uint8 periods) public {
    periods = uint8(bound(periods, 0, 6));
    missNext(bob);
    goTo(period() + periods, W);
    uint256 before = market.accountOf(bob.account).stake;
    uint256 credit = market.credits(address(this));
    SyncForecast memory forecast = marketView.forecastSync(bob.account);
    checkEq(market.accountOf(bob.account).stake, before, "nothing has happened yet");
    market.sync(bob.account);
    checkEq(
      keccak256(abi.encode(forecast.account)),
      keccak256(abi.encode(market.accountOf(bob.account))),
      "the account"
    );
    checkEq(forecast.misses, market.missesThrough(bob.account, period()) - 1, "the misses since the last sync");
    checkEq(forecast.bounty, market.credits(address(this)) - credit, "the bounty, for whoever calls");
    check(forecast.defaults == (periods >= 4), "the default");
    uint256 each = 54 * (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT + COMPENSATION_PER_WEIGHT);
    checkEq(forecast.slashed, forecast.misses * each, "what is slashed, collateral of a default left out");
    checkEq(market.credits(address(marketView)), 0, "and the view took nothing for itself");
  }

  function test_dealsNow_succeedsIfASettlementDoesThat() public {
    proveNext(bob);
    nextPeriod(W);
    bytes32[] memory asked = new bytes32[](3);
    (asked[0], asked[1], asked[2]) = (ids[0], ids[2], "no such deal");
    DealSheet[] memory sheets = marketView.dealsNow(asked);
    checkEq(market.dealOf(ids[2]).escrow, 100e18, "nothing has happened yet");
    market.settle(ids[0]);
    market.settle(ids[2]);
    checkEq(keccak256(abi.encode(sheets)), keccak256(abi.encode(marketView.deals(asked))), "as settled");
    checkEq(sheets[1].deal.escrow, 100e18 - 3 * LEAF_RENT, "one period was proven, one missed");
  }

  function test_dealsNow_succeedsIfDefaulted() public {
    nextPeriod(0);
    goTo(period() + 6, W);
    bytes32[] memory asked = new bytes32[](1);
    asked[0] = ids[1];
    DealSheet[] memory sheets = marketView.dealsNow(asked);
    check(sheets[0].ended.period != 0, "the default that nobody has declared yet");
    checkEq(market.accountOf(bob.account).generation, 0, "and it is still undeclared");
  }

  function test_dealsOf_succeedsInPages() public view {
    DealSheet[] memory sheets = marketView.dealsOf(bob.account, 0, 0, 2);
    checkEq(sheets.length, 2, "no more than asked for");
    checkEq(sheets[1].id, ids[1], "in order of slots");
    checkEq(marketView.dealsOf(bob.account, 0, 2, 2).length, 1, "fewer at the end");
  }

  function test_deals_succeedsIfAnEmptyDealHasNoGeneration() public {
    bytes32[] memory asked = new bytes32[](1);
    asked[0] = openDeal(carol, bob, "empty");
    defaultOn(bob);
    checkEq(marketView.deals(asked)[0].ended.period, 0, "a default is nothing to a deal that stores nothing");
  }

  function test_forecastSync_failsIfTheMarketDoes() public {
    bytes memory reason = abi.encodeWithSelector(IMarketStakes.Reentered.selector);
    vm.mockCallRevert(address(market), abi.encodeCall(market.sync, (bob.account)), reason);
    vm.expectRevert(reason);
    marketView.forecastSync(bob.account);
  }
}

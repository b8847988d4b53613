// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice Revisions that take the last leaf, and what they may not carry with them (R4).
contract CommitEmptyTest is DealFixture {
  DataSets.DataSet private none;
  bytes32 private id;
  uint32 private end;

  function setUp() public override {
    super.setUp();
    end = uint32(period() + 6);
    id = storeUntil(end);
  }

  function test_emptyRevision_failsIfThePriceIsAnother(uint128 price) public {
    vm.assume(price != PRICE);
    Revision memory revision = revisionOf(id, none);
    uint128[3] memory wrong = [price, 0, PRICE - 1];
    for (uint256 i; i < 3; ++i) {
      revision.price = wrong[i];
      refuseCommit(outOfBounds("price", wrong[i], PRICE, PRICE), revision);
    }
  }

  function test_emptyRevision_failsIfTheEndIsLater(uint32 later) public {
    Revision memory revision = revisionOf(id, none);
    uint32 maxEnd = market.dealOf(id).maxEnd;
    check(maxEnd > end + 1, "a revision with data may reach further");
    uint32[3] memory wrong = [end + 1, maxEnd, uint32(bound(later, end + 1, type(uint32).max))];
    for (uint256 i; i < 3; ++i) {
      revision.end = wrong[i];
      refuseCommit(outOfBounds("end", wrong[i], 0, end), revision);
    }
  }

  function test_emptyRevision_succeedsIfTheEndIsShortened(uint32 sooner) public {
    Revision memory revision = revisionOf(id, none);
    revision.end = uint32(bound(sooner, 0, end));
    commitRevision(alice, bob, revision);
    Deal memory deal = market.dealOf(id);
    checkEq(deal.end, revision.end, "as sooner as they like");
    checkEq(deal.price, PRICE, "at the price as before");
    revision = revisionOf(id, none);
    revision.end = deal.end + 1;
    if (deal.end > period()) refuseCommit(outOfBounds("end", revision.end, 0, deal.end), revision);
  }

  /// @dev The hole: price and end were the signers' to say while nothing was stored, and stayed when it was filled again.
  function test_emptyRevisionThatResets_earnsNoFreeStorage() public {
    uint256 rate = market.dealOf(id).rate;
    emptyDeal(id);
    commitData(alice, bob, id, DataSets.make("data", 1, 1));
    Deal memory deal = market.dealOf(id);
    checkEq(deal.rate, rate, "what is stored again is paid again");
    checkEq(deal.weight, WEIGHT, "and backed again");
    proveNext(bob);
    market.settle(id);
    checkEq(market.credits(bob.account), rate, "Bob earns");
  }

  function test_commit_failsIfTheDealHasEnded(uint8 late) public {
    Revision memory revision = revisionOf(id, none);
    revision.end = uint32(period() + 1);
    commitRevision(alice, bob, revision);
    goTo(period() + 1 + bound(late, 0, 9), 0);
    bytes memory reason = abi.encodeWithSelector(IDealSignals.DealEnded.selector, id, period(), revision.end);
    refuseCommit(reason, revisionOf(id, none));
    refuseCommit(reason, revisionOf(id, DataSets.make("data", 1, 1)));
  }
}

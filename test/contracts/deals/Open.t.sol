// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {Ask} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Deal, DealStatus, OpenRequest} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

contract OpenTest is MarketFixture {
  function test_open_succeedsIfTheAskIsMet(uint256 escrow, uint32 maxEnd, uint40 maxLeaves, uint96 maxEgress) public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.escrow = uint128(bound(escrow, UNIT, RICH));
    request.maxEnd = uint32(bound(maxEnd, period() + 2, period() + 1_000));
    request.maxLeaves = uint40(bound(maxLeaves, 1, 64 * GIB));
    request.maxEgress = maxEgress;
    bytes32 id = market.dealIdOf(alice.account, bob.account, "salt");
    vm.expectEmit(address(market));
    emit IDealSignals.DealOpened(
      id,
      alice.account,
      bob.account,
      alice.hot,
      PRICE,
      1e15,
      request.maxEnd,
      request.maxLeaves,
      maxEgress,
      request.escrow
    );
    checkEq(openDeal(alice, request), id, "the id follows from the parties and the salt");
    requireOpened(market.dealOf(id), request);
    checkEq(token.balanceOf(alice.account), RICH - request.escrow, "Alice paid the escrow");
  }

  function test_open_succeedsIfSeveralAtOnce() public {
    OpenRequest[] memory requests = new OpenRequest[](3);
    for (uint256 i; i < 3; ++i) requests[i] = requestFor(alice, i == 1 ? dave : bob, bytes32(i));
    vm.prank(alice.account);
    bytes32[] memory ids = market.open(requests);
    for (uint256 i; i < 3; ++i) check(market.dealOf(ids[i]).status == DealStatus.Empty, "each deal is open");
    checkEq(token.balanceOf(alice.account), RICH - 300e18, "the sum of the escrows was taken");
  }

  function test_open_succeedsIfNothingIsAskedFor() public {
    vm.prank(alice.account);
    checkEq(market.open(new OpenRequest[](0)).length, 0, "no deals for no requests");
  }

  function test_open_succeedsIfPricesBelowTheMaximaAreSnapshotted() public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxPrice = type(uint128).max;
    request.maxEgressPrice = type(uint128).max;
    bytes32 id = openDeal(alice, request);
    Ask memory ask = defaultAsk();
    ask.price = 1;
    vm.prank(bob.account);
    registry.setAsk(bob.account, ask);
    checkEq(market.dealOf(id).price, PRICE, "the price when it was opened");
  }

  function test_open_failsIfTheDealExists() public {
    bytes32 id = openDeal(alice, bob, "salt");
    refuse(abi.encodeWithSelector(IDealSignals.DealExists.selector, id), requestFor(alice, bob, "salt"));
    vm.prank(alice.account);
    market.cancel(id);
    refuse(abi.encodeWithSelector(IDealSignals.DealExists.selector, id), requestFor(alice, bob, "salt"));
  }

  function test_open_failsIfOneOfManyFails() public {
    OpenRequest[] memory requests = new OpenRequest[](2);
    requests[0] = requestFor(alice, bob, "salt");
    requests[1] = requestFor(alice, bob, "salt");
    bytes32 id = market.dealIdOf(alice.account, bob.account, "salt");
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.DealExists.selector, id));
    vm.prank(alice.account);
    market.open(requests);
    check(market.dealOf(id).status == DealStatus.None, "all or nothing");
  }

  function test_open_failsIfProviderIsUnknown() public {
    OpenRequest memory request = requestFor(alice, carol, "salt");
    refuse(abi.encodeWithSelector(IMarketStakes.UnknownProvider.selector, carol.account), request);
  }

  function test_open_failsIfSignerIsNobody() public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.signer = address(0);
    refuse(abi.encodeWithSelector(IDealSignals.ZeroSigner.selector), request);
  }

  function test_open_failsIfPriceIsAboveTheMaximum() public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxPrice = PRICE - 1;
    refuse(abi.encodeWithSelector(IDealSignals.PriceTooHigh.selector, PRICE, PRICE - 1), request);
    request.maxPrice = PRICE;
    request.maxEgressPrice = 1e15 - 1;
    refuse(abi.encodeWithSelector(IDealSignals.PriceTooHigh.selector, 1e15, 1e15 - 1), request);
  }

  function test_open_failsIfMaxEndIsOutsideTheAsk() public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxEnd = uint32(period() + 1);
    refuse(outOfBounds("maxEnd", period() + 1, period() + 2, period() + 1_000), request);
    request.maxEnd = uint32(period() + 1_001);
    refuse(outOfBounds("maxEnd", period() + 1_001, period() + 2, period() + 1_000), request);
  }

  function test_open_failsIfMaxLeavesAreOutsideTheAsk() public {
    Ask memory ask = defaultAsk();
    (ask.minLeaves, ask.maxLeaves) = (10, 20);
    vm.prank(bob.hot);
    registry.setAsk(bob.account, ask);
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxLeaves = 9;
    refuse(outOfBounds("maxLeaves", 9, 10, 20), request);
    request.maxLeaves = 21;
    refuse(outOfBounds("maxLeaves", 21, 10, 20), request);
  }

  function test_open_failsIfTheAskAcceptsNothing() public {
    Ask memory ask = defaultAsk();
    (ask.minLeaves, ask.maxLeaves) = (0, 0);
    vm.prank(bob.hot);
    registry.setAsk(bob.account, ask);
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.maxLeaves = 0;
    refuse(outOfBounds("maxLeaves", 0, 1, 0), request);
  }

  function test_open_failsIfEscrowIsBelowAUnit() public {
    OpenRequest memory request = requestFor(alice, bob, "salt");
    request.escrow = uint128(UNIT - 1);
    refuse(outOfBounds("escrow", UNIT - 1, UNIT, type(uint128).max), request);
  }

  function refuse(bytes memory reason, OpenRequest memory request) private {
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = request;
    vm.expectRevert(reason);
    vm.prank(alice.account);
    market.open(requests);
  }

  function requireOpened(Deal memory deal, OpenRequest memory request) private view {
    check(deal.status == DealStatus.Empty, "open and empty");
    checkEq(deal.renter, alice.account, "Alice rents");
    checkEq(deal.provider, bob.account, "Bob provides");
    checkEq(deal.signer, alice.hot, "her session key signs");
    checkEq(deal.end, request.maxEnd, "it may be paid to the bound");
    checkEq(deal.maxEnd, request.maxEnd, "the bound of every end");
    checkEq(deal.maxLeaves, request.maxLeaves, "the bound of every size");
    checkEq(deal.maxEgress, request.maxEgress, "the bound of all vouchers");
    checkEq(deal.settledThrough, 0, "it never held data");
    checkEq(deal.escrow, request.escrow, "the escrow is in");
    checkEq(deal.price, PRICE, "at Bob's price");
    checkEq(deal.egressPrice, 1e15, "and his price of reading");
    checkEq(deal.weight, 0, "nothing is locked");
    checkEq(deal.signerSince, 0, "the signer was never replaced");
  }
}

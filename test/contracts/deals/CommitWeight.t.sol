// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Ask} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {OpenRequest, Parameters, Revision} from "../../../contracts/MarketTypes.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice A market whose unit is so small that a rich renter can reach the end of 64 bits of weight (R9).
contract CommitWeightTest is DealFixture {
  uint96 private constant SMALL_UNIT = 5_000;
  uint256 private constant MOST = type(uint64).max;
  /// The largest rate whose collateral of 90 periods is `MOST` units.
  uint128 private constant RATE = uint128((MOST * SMALL_UNIT) / 90);

  function devnet() internal pure override returns (Parameters memory parameters) {
    parameters = super.devnet();
    parameters.unit = SMALL_UNIT;
  }

  function setUp() public override {
    super.setUp();
    Ask memory ask = defaultAsk();
    ask.price = RATE;
    vm.prank(bob.account);
    registry.setAsk(bob.account, ask);
    stakeFor(bob, RICH / 2);
  }

  function test_commit_succeedsIfTheWeightIsTheMost() public {
    bytes32 id = fill(RATE, "most");
    checkEq(market.dealOf(id).weight, MOST, "64 bits of weight");
    checkEq(market.accountOf(bob.account).total, MOST, "are the most a provider can have");
    checkEq(market.lockedOf(bob.account), MOST * SMALL_UNIT, "and lock what they should");
  }

  function test_commit_failsIfTheSumOverflows(uint64 weight, uint128 price) public {
    weight = uint64(bound(weight, 1, MOST - 1));
    uint128 rate = uint128((uint256(weight) * SMALL_UNIT) / 90);
    price = uint128(bound(price, 0, RATE));
    fill(rate, "first");
    bytes32 second = openGib("second");
    uint256 added = weightOf(price);
    uint256 total = market.accountOf(bob.account).total;
    if (total + added > MOST) refuseCommit(overflow(total, added), gib(second, price));
    else commitRevision(alice, bob, gib(second, price));
    checkEq(market.dealOf(second).number, total + added > MOST ? 0 : 1, "refused exactly if it does not fit");
  }

  function test_commit_failsIfOneUnitTooMany() public {
    fill(RATE, "most");
    refuseCommit(overflow(MOST, 1), gib(openGib("dust"), 0));
  }

  function test_commit_failsIfTheWeightDoesNotFit() public {
    Ask memory ask = defaultAsk();
    ask.price = RATE + 1;
    vm.prank(bob.account);
    registry.setAsk(bob.account, ask);
    OpenRequest memory request = requestFor(alice, bob, "dear");
    request.maxPrice = RATE + 1;
    request.escrow = RATE + 1;
    Revision memory revision = gib(openDeal(alice, request), RATE + 1);
    refuseCommit(overflow(0, MOST + 1), revision);
  }

  function fill(uint128 price, bytes32 salt) private returns (bytes32 id) {
    id = openGib(salt);
    commitRevision(alice, bob, gib(id, price));
  }

  function openGib(bytes32 salt) private returns (bytes32) {
    OpenRequest memory request = requestFor(alice, bob, salt);
    request.maxPrice = RATE;
    request.escrow = RATE;
    return openDeal(alice, request);
  }

  /// @dev A GiB for one paid period.
  function gib(bytes32 id, uint128 price) private view returns (Revision memory) {
    return
      Revision({
        deal: id,
        number: 1,
        root: keccak256("data"),
        leaves: uint40(GIB),
        sectors: 256,
        end: uint32(period() + 2),
        price: price,
        validUntil: uint32(period())
      });
  }

  function weightOf(uint256 rate) private pure returns (uint256) {
    return rate == 0 ? 1 : (rate * 90 + SMALL_UNIT - 1) / SMALL_UNIT;
  }

  function overflow(uint256 total, uint256 added) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.WeightOverflow.selector, total, added);
  }
}

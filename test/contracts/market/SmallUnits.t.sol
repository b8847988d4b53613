// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Parameters} from "../../../contracts/MarketTypes.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice A market whose unit and bond are so small that a single wei shows: a miss brings one for each unit of weight.
contract SmallUnitsTest is ChallengeFixture {
  function devnet() internal pure override returns (Parameters memory p) {
    p = super.devnet();
    (p.unit, p.bondUnit) = (10_000, 1);
    (p.burnBps, p.bountyBps, p.compensationBps) = (9_700, 200, 100);
  }

  function test_settle_succeedsIfCompensationIsOneWeiForEachUnit() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    missNext(bob);
    market.settle(id);
    checkEq(market.compensationIndexOf(bob.account), 1, "the least there is");
    checkEq(market.credits(alice.account), market.dealOf(id).weight, "and it is paid");
  }

  function test_challenge_succeedsIfTheBondIsRoundedUp() public {
    for (uint256 i; i < 9; ++i) {
      checkEq(market.bondOf(alice.account, bob.account), i == 0 ? 1 : 2, "eighths of a wei are a wei");
      challengeBy(alice.account, storeData(alice, bob, bytes32(i), 1, 1));
    }
    checkEq(market.bondOf(alice.account, bob.account), 3, "17 eighths");
  }
}

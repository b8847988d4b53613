// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Parameters} from "../../../contracts/MarketTypes.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice A market whose unit and bond are so small that a single wei shows: a miss brings one for each unit of weight.
contract SmallUnitsTest is ChallengeFixture {
  function devnet() internal pure override returns (Parameters memory p) {
    p = super.devnet();
    (p.unit, p.bondUnit, p.bondBps) = (10_000, 10_001, 0);
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
      bytes32 id = storeData(alice, bob, bytes32(i), 1, 1);
      checkEq(market.bondOf(id), (10_001 * (8 + i) + 7) / 8, "eighths of a wei are a wei");
      challengeBy(alice.account, id);
      checkEq(market.challengeOf(id).bond, (10_001 * (8 + i) + 7) / 8, "and that is taken");
    }
  }
}

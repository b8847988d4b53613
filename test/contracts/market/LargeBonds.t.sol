// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice A market whose least bond is the most that an amount can be.
contract LargeBondsTest is ChallengeFixture {
  function devnet() internal pure override returns (Parameters memory p) {
    p = super.devnet();
    p.bondUnit = type(uint96).max;
  }

  function test_challenge_asksForTheLargestBondToo() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    checkEq(market.bondOf(id), type(uint96).max, "the bond fits");
    uint256 balance = token.balanceOf(alice.account);
    vm.expectRevert(
      abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, alice.account, balance, type(uint96).max)
    );
    challengeBy(alice.account, id);
  }
}

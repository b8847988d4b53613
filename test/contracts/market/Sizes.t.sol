// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MarketFixture} from "../support/MarketFixture.sol";

/// @notice How much code there is, as the optimizer leaves it.
contract SizesTest is MarketFixture {
  uint256 private constant MOST_CODE = 22_000;
  uint256 private constant MOST_CREATION_CODE = 49_152;

  function test_sizes_succeedIfFarFromTheLimits() public view {
    string[7] memory names = [
      "HoldToken",
      "ProviderRegistry",
      "Vault",
      "RewardPool",
      "VerbBody",
      "StorageMarket",
      "MarketView"
    ];
    for (uint256 i; i < names.length; ++i) {
      bytes memory code = vm.getCode(string.concat(names[i], ".sol:", names[i]));
      check(code.length < MOST_CREATION_CODE, string.concat("creation code of ", names[i]));
    }
    check(address(market).code.length < MOST_CODE, "the market's code");
    check(market.verbBody().code.length < MOST_CODE, "the body's code");
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Parameters} from "../../../contracts/MarketTypes.sol";
import {DealFixture} from "./DealFixture.sol";

/// @notice A market that takes a fee of one per cent of rent; the other fixtures' takes none.
abstract contract FeeFixture is DealFixture {
  /// Of a leaf's rent, token wei a period.
  uint256 internal constant FEE = LEAF_RENT / 100;

  function devnet() internal pure override returns (Parameters memory parameters) {
    parameters = super.devnet();
    parameters.feeBps = 100;
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketSchedule} from "./IMarketSchedule.sol";

/// @title What the market asks of the code that it delegates to, before it does
/// @notice Its `genesisBlock` is the block in which it was deployed; the market's time begins there, so that both count the same
/// periods. What else of the schedule it answers is of its own storage, in which there is nothing.
interface IVerbBody is IMarketSchedule {
  /// @notice keccak of what was built into the code: abi.encode(market, vault, registry, parameters).
  function terms() external view returns (bytes32);
}

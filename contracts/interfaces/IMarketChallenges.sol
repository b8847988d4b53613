// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Challenge} from "../MarketTypes.sol";
import {IDealSignals} from "./IDealSignals.sol";

/// @title Direct challenges: a renter has its own deal proven (R8)
interface IMarketChallenges is IDealSignals {
  /// @notice The open challenge of `deal`; all zero if there is none.
  function challengeOf(bytes32 deal) external view returns (Challenge memory);

  /// @notice Bond that the next challenge of `deal` takes, token wei: max(bondUnit, bondBps of its collateral) · (8 + n) / 8, where n
  /// is how many challenges of its renter are open at its provider. By the deal as stored.
  function bondOf(bytes32 deal) external view returns (uint256);

  /// @notice Asks for proofs of samples drawn by the next period's seed, and pins the deal until the challenge ends. Takes
  /// the bond from the caller: the renter or its signer.
  function challenge(bytes32 deal) external;

  /// @notice Answers the challenge with proofs of its samples, from the block after the first of the next period on. By
  /// anyone, until somebody has made it expire.
  /// @dev Sample i is leaf `keccak("challenge", seed, deal, i) % leaves`.
  /// @param samples The k samples one after the other, see `LeafProof` for their bytes.
  function answer(bytes32 deal, bytes calldata samples) external;
}

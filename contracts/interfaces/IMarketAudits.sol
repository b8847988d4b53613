// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "./ILeafProof.sol";

/// @title Audits: one proof per provider and period (R3, R13)
interface IMarketAudits is ILeafProof {
  event Proven(address indexed provider, uint256 indexed period);

  /// @notice Proofs are taken for the current period only.
  error WrongPeriod(uint256 period, uint256 current);
  /// @notice Proofs are taken from 1 to `window − 1` blocks after the period's first; this is block `offset`.
  error OutsideWindow(uint256 offset, uint256 window);

  /// @notice Proves that `provider` holds the leaves drawn for `period`. By anyone.
  /// @dev A no-op without revert when the period is already proven, when nothing is stored, or when the sync declared a
  /// default: a copied proof breaks nobody's transaction.
  /// @param samples The k samples one after the other, see `LeafProof` for their bytes.
  function prove(address provider, uint256 period, bytes calldata samples) external;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Why the proof of a leaf is refused (R13)
interface ILeafProof {
  /// @notice The samples so far need `needed` bytes; `length` were sent. At the end both must be equal.
  error ProofLength(uint256 needed, uint256 length);
  /// @notice A sector has 1 … 2^17 leaves, not `count`.
  error SectorCountOutOfRange(uint256 count);
  /// @notice The deal has `sectors` sectors, so there is none of number `index`.
  error SectorIndexOutOfRange(uint256 index, uint256 sectors);
  /// @notice The drawn `leaf` is not in the sector of `count` leaves that starts at leaf `start`.
  error LeafOutsideSector(uint256 leaf, uint256 start, uint256 count);
  /// @notice The proof leads to `computed`, not to the deal's `root`.
  error WrongRoot(bytes32 root, bytes32 computed);
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Fees on rent, by epoch (R5, R11)
/// @notice Epoch e is the periods 1 + e·E … (e + 1)·E, E being epochPeriods. A fee belongs to the epoch in which it is paid.
interface IMarketFees {
  /// @notice The fees of `epoch` were moved: `kept` wei to the credit of the reward pool, `burnt` wei burnt.
  event FeesCollected(uint256 indexed epoch, address indexed pool, uint256 kept, uint256 burnt);
  event Funded(address indexed account, address indexed from, uint256 amount);

  /// @notice Epoch `epoch` is not over yet: this is epoch `current`.
  error EpochNotOver(uint256 epoch, uint256 current);
  /// @notice Only the reward pool collects fees, not `caller`.
  error NotPool(address caller);

  /// @notice The epoch that the current period lies in.
  function currentEpoch() external view returns (uint256);

  /// @notice Fees that `provider` paid in `epoch`, token wei: its points in the reward pool.
  function feesOf(uint256 epoch, address provider) external view returns (uint256);

  /// @notice Fees that all providers paid in `epoch`, token wei.
  function feesIn(uint256 epoch) external view returns (uint256);

  /// @notice Burns the burnt share of the fees of `epoch`, rounded up, and credits the rest to the reward pool, which alone may
  /// call; a second call does nothing.
  function collectFees(uint256 epoch) external;

  /// @notice Turns `amount` wei of the caller's tokens into credit of `account`.
  function fund(address account, uint256 amount) external;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title The only holder of tokens in Holdfast
/// @notice Takes tokens in and pays them out on the word of one caller, the market. It keeps no account of its own
/// besides `accounted`: who owns what is the market's business.
/// @dev What is trusted of the token:
/// - a transfer moves exactly the amount asked for (checked on the way in: a fee on transfer is refused);
/// - a balance never falls without a transfer by its holder (rebasing tokens break INV-1);
/// - it may re-enter, return nothing or return false: none of these does harm.
interface IVault {
  /// @notice A token transfer into the vault brought in another amount than it said.
  error TransferMismatch(uint256 expected, uint256 received);

  /// @notice `caller` is not the market.
  error NotMarket(address caller);

  /// @notice An address given to the constructor is zero.
  error ZeroAddress();

  /// @notice The ERC-20 token of every amount in Holdfast.
  function token() external view returns (IERC20);

  /// @notice The market, the only address that may call `take` and `pay`.
  function market() external view returns (address);

  /// @notice Token wei that somebody owns by the market's books (INV-1: never above the vault's balance).
  function accounted() external view returns (uint256);

  /// @notice Moves `amount` token wei from `from`, who must have approved the vault, into the vault.
  function take(address from, uint256 amount) external;

  /// @notice Pays `amount` token wei out of the vault to `to`.
  function pay(address to, uint256 amount) external;
}

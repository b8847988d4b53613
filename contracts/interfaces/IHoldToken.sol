// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title The token of Holdfast
/// @notice A plain ERC-20 with permit: a fixed supply, no owner. On test networks only, a faucet mints to whoever asks.
interface IHoldToken is IERC20, IERC20Permit {
  /// @notice This token was deployed without a faucet.
  error NoFaucet();
  /// @notice `account` drew from the faucet in block `last`; again from block `next` on.
  error FaucetTooSoon(address account, uint256 last, uint256 next);

  /// @notice Token wei that one draw gives; zero where there is no faucet.
  function faucetAmount() external view returns (uint256);

  /// @notice Blocks between two draws of one account.
  function FAUCET_BLOCKS() external view returns (uint256);

  /// @notice Mints `faucetAmount` to the caller, once in `FAUCET_BLOCKS` blocks.
  function drip() external;
}

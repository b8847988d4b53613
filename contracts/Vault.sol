// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IVault} from "./interfaces/IVault.sol";

/// @title The only holder of tokens in Holdfast
/// @notice Documented in `IVault`.
contract Vault is IVault {
  using SafeERC20 for IERC20;

  /// @inheritdoc IVault
  IERC20 public immutable token;
  /// @inheritdoc IVault
  address public immutable market;
  /// @inheritdoc IVault
  uint256 public accounted;

  modifier onlyMarket() {
    require(msg.sender == market, NotMarket(msg.sender));
    _;
  }

  /// @param token_ The token of every amount, for good.
  /// @param market_ The market's address, computed before it exists.
  constructor(IERC20 token_, address market_) {
    require(address(token_) != address(0) && market_ != address(0), ZeroAddress());
    token = token_;
    market = market_;
  }

  /// @inheritdoc IVault
  function take(address from, uint256 amount) external onlyMarket {
    accounted += amount;
    uint256 before = token.balanceOf(address(this));
    token.safeTransferFrom(from, address(this), amount);
    uint256 received = token.balanceOf(address(this)) - before;
    require(received == amount, TransferMismatch(amount, received));
  }

  /// @inheritdoc IVault
  function pay(address to, uint256 amount) external onlyMarket {
    accounted -= amount;
    token.safeTransfer(to, amount);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IHoldToken} from "./interfaces/IHoldToken.sol";

/// @title The token of Holdfast
/// @notice Documented in `IHoldToken`.
contract HoldToken is ERC20Permit, IHoldToken {
  /// @inheritdoc IHoldToken
  uint256 public constant FAUCET_BLOCKS = 100;
  /// @inheritdoc IHoldToken
  uint256 public immutable faucetAmount;

  mapping(address account => uint256 block_) private _lastDrip;

  /// @param holder Receives the whole supply.
  /// @param supply Token wei minted, once.
  /// @param faucetAmount_ Token wei of a draw from the faucet; zero where tokens are worth something.
  constructor(address holder, uint256 supply, uint256 faucetAmount_) ERC20("Holdfast", "HOLD") ERC20Permit("Holdfast") {
    faucetAmount = faucetAmount_;
    _mint(holder, supply);
  }

  /// @inheritdoc IHoldToken
  function drip() external {
    require(faucetAmount != 0, NoFaucet());
    uint256 last = _lastDrip[msg.sender];
    require(last == 0 || block.number >= last + FAUCET_BLOCKS, FaucetTooSoon(msg.sender, last, last + FAUCET_BLOCKS));
    _lastDrip[msg.sender] = block.number;
    _mint(msg.sender, faucetAmount);
  }

  /// @inheritdoc IERC20Permit
  function nonces(address owner) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
    return super.nonces(owner);
  }
}

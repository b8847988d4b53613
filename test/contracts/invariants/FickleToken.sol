// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IMarketStakes} from "../../../contracts/interfaces/IMarketStakes.sol";
import {HoldToken} from "../../../contracts/HoldToken.sol";

/// @notice HOLD until it is told to behave in another manner.
contract FickleToken is HoldToken {
  /// @param SaysNothing Moves tokens, and returns no word about it.
  /// @param CallsBack Makes all its calls whenever the vault moves tokens, and insists that each is refused.
  /// @param SaysFalse Moves nothing and says so. @param TakesFee Keeps a wei of what arrives.
  enum Manner {
    Plain,
    SaysNothing,
    CallsBack,
    SaysFalse,
    TakesFee
  }

  struct Call {
    address target;
    bytes message;
  }

  /// @notice A call from within a transfer of the vault went through, or failed for another reason.
  error NotRefused(address target, bytes message, bytes reason);

  Manner public manner;
  /// @notice Calls from within transfers that were refused so far.
  uint256 public refused;
  address private _vault;
  Call[] private _calls;

  constructor(address holder, uint256 supply, uint256 faucet) HoldToken(holder, supply, faucet) {}

  function behave(Manner manner_) public {
    manner = manner_;
  }

  /// @param vault The calls are made whenever it moves tokens.
  function callBack(address vault, Call[] calldata calls) external {
    _vault = vault;
    delete _calls;
    for (uint256 i; i < calls.length; ++i) _calls.push(calls[i]);
    behave(Manner.CallsBack);
  }

  function transfer(address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
    return manner != Manner.SaysFalse && super.transfer(to, amount) && _moved(to, amount);
  }

  function transferFrom(address from, address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
    return manner != Manner.SaysFalse && super.transferFrom(from, to, amount) && _moved(to, amount);
  }

  function approve(address spender, uint256 amount) public override(ERC20, IERC20) returns (bool) {
    return super.approve(spender, amount) && _say();
  }

  function _moved(address to, uint256 amount) private returns (bool) {
    if (manner == Manner.TakesFee && amount != 0) _burn(to, 1);
    if (manner == Manner.CallsBack && msg.sender == _vault) _callAll();
    return _say();
  }

  function _callAll() private {
    for (uint256 i; i < _calls.length; ++i) {
      Call memory each = _calls[i];
      (bool success, bytes memory reason) = each.target.call(each.message);
      bool isRefused = !success && bytes4(reason) == IMarketStakes.Reentered.selector;
      require(isRefused, NotRefused(each.target, each.message, reason));
      ++refused;
    }
  }

  function _say() private view returns (bool) {
    if (manner == Manner.SaysNothing) {
      assembly ("memory-safe") {
        return(0, 0)
      }
    }
    return true;
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Vm} from "./Vm.sol";

/// @notice Assertions with a message each, and the cheat codes.
abstract contract Checks {
  Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

  error CheckFailed(string message);
  error NotEqual(string message, uint256 actual, uint256 expected);
  error NotEqualBytes32(string message, bytes32 actual, bytes32 expected);
  error NotEqualAddress(string message, address actual, address expected);

  function check(bool condition, string memory message) internal pure {
    require(condition, CheckFailed(message));
  }

  function checkEq(uint256 actual, uint256 expected, string memory message) internal pure {
    require(actual == expected, NotEqual(message, actual, expected));
  }

  function checkEq(bytes32 actual, bytes32 expected, string memory message) internal pure {
    require(actual == expected, NotEqualBytes32(message, actual, expected));
  }

  function checkEq(address actual, address expected, string memory message) internal pure {
    require(actual == expected, NotEqualAddress(message, actual, expected));
  }

  /// @notice `value` folded into `min` … `max`.
  function bound(uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
    if (value >= min && value <= max) return value;
    uint256 span = max - min + 1;
    return span == 0 ? value : min + (value % span);
  }
}

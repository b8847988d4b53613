// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title Signatures of contracts (ERC-1271), asked with a cap on what they may cost (R12)
library ContractSignature {
  /// @notice Whether the contract at `signer` says, within `gasLimit` gas, that it signed `digest`. An address without code
  /// says nothing. Of the answer 32 bytes are read, however long it is.
  function isValid(
    address signer,
    bytes32 digest,
    bytes calldata signature,
    uint256 gasLimit
  ) internal view returns (bool valid) {
    bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
    bytes32 magic = bytes32(IERC1271.isValidSignature.selector);
    assembly ("memory-safe") {
      let success := staticcall(gasLimit, signer, add(question, 32), mload(question), 0, 32)
      valid := and(and(success, gt(returndatasize(), 31)), eq(mload(0), magic))
    }
  }
}

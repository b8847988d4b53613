// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Revision} from "../MarketTypes.sol";

/// @title The EIP-712 digest of a revision (R12)
library RevisionDigest {
  bytes32 private constant DOMAIN_TYPE = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
  );
  bytes32 private constant REVISION_TYPE = keccak256(
    "Revision(bytes32 deal,uint64 number,bytes32 root,uint40 leaves,uint24 sectors,uint32 end,uint128 price,uint32 validUntil)"
  );
  bytes32 private constant NAME = keccak256("Holdfast");
  bytes32 private constant VERSION = keccak256("1");

  /// @notice What both sides sign, for the market at this address on this chain.
  /// @dev The domain is computed at every call, so that a chain that splits off shares no signature.
  function digestOf(Revision memory revision) internal view returns (bytes32) {
    bytes32 domain = keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    return MessageHashUtils.toTypedDataHash(domain, keccak256(abi.encode(REVISION_TYPE, revision)));
  }
}

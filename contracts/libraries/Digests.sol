// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Revision} from "../MarketTypes.sol";

/// @title The EIP-712 digests of revisions and vouchers (R12)
/// @dev For the market at this address on this chain. The domain is computed at every call, so that a chain that splits off
/// shares no signature.
library Digests {
  bytes32 private constant DOMAIN_TYPE = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
  );
  bytes32 private constant REVISION_TYPE = keccak256(
    "Revision(bytes32 deal,uint64 number,bytes32 root,uint40 leaves,uint24 sectors,uint32 end,uint128 price,uint32 validUntil)"
  );
  bytes32 private constant VOUCHER_TYPE = keccak256("Voucher(bytes32 deal,uint128 amount)");
  bytes32 private constant NAME = keccak256("Holdfast");
  bytes32 private constant VERSION = keccak256("1");

  /// @notice What both sides sign.
  function ofRevision(Revision memory revision) internal view returns (bytes32) {
    return _typed(keccak256(abi.encode(REVISION_TYPE, revision)));
  }

  /// @notice What the renter's session key signs to promise `amount` token wei for all egress of `deal` so far.
  function ofVoucher(bytes32 deal, uint128 amount) internal view returns (bytes32) {
    return _typed(keccak256(abi.encode(VOUCHER_TYPE, deal, amount)));
  }

  function _typed(bytes32 structHash) private view returns (bytes32) {
    bytes32 domain = keccak256(abi.encode(DOMAIN_TYPE, NAME, VERSION, block.chainid, address(this)));
    return MessageHashUtils.toTypedDataHash(domain, structHash);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "./IDealSignals.sol";

/// @title Vouchers: egress paid out of escrow (R4, R12)
interface IMarketVouchers is IDealSignals {
  /// @notice EIP-712 digest of the voucher over `amount` token wei, `Voucher(bytes32 deal,uint128 amount)`.
  function voucherDigestOf(bytes32 deal, uint128 amount) external view returns (bytes32);

  /// @notice Pays the provider what a voucher adds to those before it: `amount` is all that the renter has ever promised for
  /// egress of this deal. Pays as much of it as rent does not need; the rest can be redeemed after a deposit. By anyone,
  /// until the deal is closed.
  /// @param signature ECDSA by the deal's signer, or by the one before to the end of the period after the change. A
  /// contract's signature is no good here: what it takes back tomorrow was no payment today.
  function redeem(bytes32 deal, uint128 amount, bytes calldata signature) external;
}

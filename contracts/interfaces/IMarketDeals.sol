// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, OpenRequest, Revision} from "../MarketTypes.sol";
import {IDealSignals} from "./IDealSignals.sol";

/// @title Deals: what they are, and what their renters do with them (R4, R12)
interface IMarketDeals is IDealSignals {
  /// @notice keccak(chainid, market, renter, provider, salt) (R4).
  function dealIdOf(address renter, address provider, bytes32 salt) external view returns (bytes32);

  /// @notice The deal as stored, that is, as of its last settlement.
  function dealOf(bytes32 deal) external view returns (Deal memory);

  /// @notice Whether the provider's generation that holds the deal's collateral has defaulted now, after a sync: then the deal can only
  /// be settled, redeemed and closed, whatever status is stored.
  function isDefaulted(bytes32 deal) external view returns (bool);

  /// @notice The deal in `slot` of the sum tree of `generation` of `provider`; zero for a free slot.
  function dealAt(address provider, uint256 generation, uint256 slot) external view returns (bytes32);

  /// @notice Slots ever used in the sum tree of `generation` of `provider`, free ones included.
  function slotCountOf(address provider, uint256 generation) external view returns (uint256);

  /// @notice EIP-712 digest of `revision`, which both sides sign.
  function digestOf(Revision calldata revision) external view returns (bytes32);

  /// @notice EIP-712 digest of the voucher over `amount` token wei, `Voucher(bytes32 deal,uint128 amount)`.
  function voucherDigestOf(bytes32 deal, uint128 amount) external view returns (bytes32);

  /// @notice Opens deals with the caller as renter and takes the sum of their escrows, all or nothing.
  function open(OpenRequest[] calldata requests) external returns (bytes32[] memory deals);

  /// @notice Adds `amount` token wei of the caller's to the escrow of `deal`.
  function deposit(bytes32 deal, uint256 amount) external;

  /// @notice Raises the bounds of later revisions and vouchers. By the renter alone: whoever has the session key cannot.
  function setBounds(bytes32 deal, uint32 maxEnd, uint40 maxLeaves, uint96 maxEgress) external;

  /// @notice Names another session key. By the renter. The old key's vouchers stay redeemable to the end of the next
  /// period, and until then the key cannot be changed again.
  function setSigner(bytes32 deal, address signer) external;

  /// @notice Lets the vault take `amount` wei of the caller's tokens, by the caller's signature (ERC-2612). Somebody who sends
  /// the same signature first does no harm: what counts is that the vault may take the amount.
  function permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, OpenRequest, Revision} from "../MarketTypes.sol";
import {IDealSignals} from "./IDealSignals.sol";

/// @title Deals: opening, revisions, rent and ends (R4, R5, R7, R12, R14)
interface IMarketDeals is IDealSignals {
  /// @notice keccak(chainid, market, renter, provider, salt) (R4).
  function dealIdOf(address renter, address provider, bytes32 salt) external view returns (bytes32);

  /// @notice The deal as stored, that is, as of its last settlement.
  function dealOf(bytes32 deal) external view returns (Deal memory);

  /// @notice The deal in `slot` of the sum tree of `generation` of `provider`; zero for a free slot.
  function dealAt(address provider, uint256 generation, uint256 slot) external view returns (bytes32);

  /// @notice Slots ever used in the sum tree of `generation` of `provider`, free ones included.
  function slotCountOf(address provider, uint256 generation) external view returns (uint256);

  /// @notice EIP-712 digest of `revision`, which both sides sign.
  function digestOf(Revision calldata revision) external view returns (bytes32);

  /// @notice Opens deals with the caller as renter and takes the sum of their escrows, all or nothing.
  function open(OpenRequest[] calldata requests) external returns (bytes32[] memory deals);

  /// @notice Adds `amount` token wei of the caller's to the escrow of `deal`.
  function deposit(bytes32 deal, uint256 amount) external;

  /// @notice Raises the bounds of later revisions. By the renter.
  function setBounds(bytes32 deal, uint32 maxEnd, uint40 maxLeaves) external;

  /// @notice Names another session key. By the renter. The old key's vouchers stay redeemable to the end of the next
  /// period, and until then the key cannot be changed again.
  function setSigner(bytes32 deal, address signer) external;

  /// @notice Posts a co-signed revision. By anyone who holds both signatures.
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external;

  /// @notice Moves rent and compensation up to the last decided period. By anyone.
  function settle(bytes32 deal) external;

  /// @notice Ends the deal after the notice. By the renter.
  function leaveDeal(bytes32 deal) external;

  /// @notice Ends a deal that stores nothing and refunds its escrow. By the renter.
  function cancel(bytes32 deal) external;

  /// @notice Ends a deal: in its last paid period by either party, later by anyone; after a default by anyone, at any time.
  function close(bytes32 deal) external;

  /// @notice Gives the deal up: its collateral and unspent escrow go to the renter. By the provider's owner or operator.
  /// After a default it acts as `close`.
  function forfeit(bytes32 deal) external;

  /// @notice Lets the vault take `amount` wei of the caller's tokens, by the caller's signature (ERC-2612). Somebody who sends
  /// the same signature first does no harm: what counts is that the vault may take the amount.
  function permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external;

  /// @notice Runs `calls` (encoded calls of open, permit, commit, settle, redeem, close or expire) one by one, each with
  /// `gasPerItem` gas. A failing item is skipped with `BatchItemFailed`.
  function batch(bytes[] calldata calls, uint256 gasPerItem) external;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, OpenRequest, Revision} from "../MarketTypes.sol";

/// @title Deals: opening, revisions, rent and ends (R4, R5, R7, R12, R14)
interface IMarketDeals {
  event DealOpened(
    bytes32 indexed deal,
    address indexed renter,
    address indexed provider,
    address signer,
    uint256 price,
    uint256 egressPrice,
    uint256 maxEnd,
    uint256 maxLeaves,
    uint256 escrow
  );
  event DealDeposited(bytes32 indexed deal, address indexed from, uint256 amount);
  event DealBoundsSet(bytes32 indexed deal, uint256 maxEnd, uint256 maxLeaves);
  event DealSignerSet(bytes32 indexed deal, address signer);
  event DealCommitted(
    bytes32 indexed deal,
    address indexed provider,
    uint256 number,
    bytes32 root,
    uint256 leaves,
    uint256 sectors,
    uint256 end,
    uint256 price,
    uint256 rate,
    uint256 weight
  );
  /// @notice Rent up to and including period `through` moved from escrow to the provider; compensation was credited to the renter.
  event DealSettled(
    bytes32 indexed deal,
    address indexed provider,
    uint256 through,
    uint256 rent,
    uint256 compensation
  );
  event DealLeft(bytes32 indexed deal, uint256 end);
  event DealCancelled(bytes32 indexed deal, uint256 refund);
  /// @notice `refund` is unspent escrow; `collateral` is what a defaulted provider's stake paid, zero otherwise.
  event DealClosed(bytes32 indexed deal, uint256 refund, uint256 collateral);
  event DealForfeited(bytes32 indexed deal, uint256 refund, uint256 collateral);
  /// @notice Item `index` of a batch failed with `reason` (the revert data, cut to 256 bytes) and was skipped.
  event BatchItemFailed(uint256 indexed index, bytes reason);

  /// @notice The deal exists already: same renter, provider and salt.
  error DealExists(bytes32 deal);
  /// @notice No such deal.
  error DealUnknown(bytes32 deal);
  /// @notice The deal is closed.
  error DealIsClosed(bytes32 deal);
  /// @notice The deal still stores data (`leaves`), and this call needs it empty.
  error DealNotEmpty(bytes32 deal, uint256 leaves);
  /// @notice The deal stores nothing, and this call needs data.
  error DealIsEmpty(bytes32 deal);
  /// @notice The provider of this deal defaulted: it can only be settled and closed.
  error DealDefaulted(bytes32 deal);
  /// @notice The ask's price, or egress price, is above what the renter agreed to.
  error PriceTooHigh(uint256 asked, uint256 max);
  /// @notice The value called `name` is outside `min`…`max`.
  error OutOfBounds(string name, uint256 value, uint256 min, uint256 max);
  /// @notice `caller` may not do this to the deal.
  error NotParty(bytes32 deal, address caller);
  /// @notice The signer's address is zero.
  error ZeroSigner();
  /// @notice The signer was changed in period `since`; the next change is possible from `next` on.
  error SignerChangeTooSoon(uint256 since, uint256 next);
  /// @notice The provider has not yet proven `period`, and its draw must not be moved (R2).
  error Frozen(address provider, uint256 period);
  /// @notice The revision's number is not above the one on chain.
  error StaleRevision(uint256 number, uint256 current);
  /// @notice The signature of the side called `side` ("renter" or "provider") is not by `expected`.
  error BadSignature(string side, address expected, address recovered);
  /// @notice Escrow does not cover the rent that the revision promises, token wei.
  error EscrowTooSmall(uint256 escrow, uint256 needed);
  /// @notice Stake does not cover the collateral that the revision locks, token wei.
  error StakeTooSmall(uint256 stake, uint256 needed);
  /// @notice Locked collateral may not grow before the provider has proven `period`.
  error NotProven(address provider, uint256 period);
  /// @notice The sum of weights would not fit 64 bits.
  error WeightOverflow(uint256 total, uint256 added);
  /// @notice The deal can be closed from period `from` on, once that is decided.
  error TooEarlyToClose(uint256 period, uint256 from);
  /// @notice A batch item may only be commit, close or settle.
  error NotBatchable(bytes4 selector);
  /// @notice Not enough gas is left to give the next item `needed`.
  error BatchGasTooLow(uint256 left, uint256 needed);

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
  function forfeit(bytes32 deal) external;

  /// @notice Runs `calls` (encoded calls of commit, close or settle) one by one, each with `gasPerItem` gas. A failing item
  /// is skipped with `BatchItemFailed`.
  function batch(bytes[] calldata calls, uint256 gasPerItem) external;
}

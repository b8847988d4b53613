// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What the market says about deals, in events and errors, whichever part of it speaks
interface IDealSignals {
  event DealOpened(
    bytes32 indexed deal,
    address indexed renter,
    address indexed provider,
    address signer,
    uint256 price,
    uint256 egressPrice,
    uint256 maxEnd,
    uint256 maxLeaves,
    uint256 maxEgress,
    uint256 escrow
  );
  event DealDeposited(bytes32 indexed deal, address indexed from, uint256 amount);
  event DealBoundsSet(bytes32 indexed deal, uint256 maxEnd, uint256 maxLeaves, uint256 maxEgress);
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
  /// @notice Rent up to and including period `through` left the escrow: `fee` wei of it for the reward pool, the rest to the
  /// provider; compensation was credited to the renter.
  event DealSettled(
    bytes32 indexed deal,
    address indexed provider,
    uint256 through,
    uint256 rent,
    uint256 fee,
    uint256 compensation
  );
  event DealLeft(bytes32 indexed deal, uint256 end);
  event DealCancelled(bytes32 indexed deal, uint256 refund);
  /// @notice `refund` is unspent escrow; `collateral` is what a defaulted provider's stake paid, zero otherwise.
  event DealClosed(bytes32 indexed deal, address indexed provider, uint256 refund, uint256 collateral);
  event DealForfeited(bytes32 indexed deal, address indexed provider, uint256 refund, uint256 collateral);
  /// @notice The provider has until the end of the next period's window to answer with proofs drawn by that period's seed.
  event ChallengeOpened(
    bytes32 indexed deal,
    address indexed provider,
    address indexed challenger,
    uint256 period,
    uint256 bond
  );
  /// @notice All samples were proven: half of the bond is burnt, the other half is the provider's.
  event ChallengeAnswered(bytes32 indexed deal, address indexed provider, uint256 bond);
  /// @notice Nobody answered: `collateral` and the unspent escrow went to the renter.
  event ChallengeExpired(bytes32 indexed deal, address indexed provider, uint256 refund, uint256 collateral);
  /// @notice The bond went back to the challenger: the challenge expired, or the provider forfeited or defaulted.
  event BondReturned(bytes32 indexed deal, address indexed challenger, uint256 bond);
  /// @notice `paid` wei of escrow went to the provider for egress, `redeemed` by all vouchers so far.
  event VoucherRedeemed(bytes32 indexed deal, address indexed provider, uint256 paid, uint256 redeemed);
  /// @notice Item `index` of a batch failed with `reason` (the revert data, cut to 256 bytes) and was skipped.
  event BatchItemFailed(uint256 indexed index, bytes reason);

  /// @notice The deal exists already: same renter, provider and salt.
  error DealExists(bytes32 deal);
  /// @notice No such deal.
  error DealUnknown(bytes32 deal);
  /// @notice The deal is closed.
  error DealIsClosed(bytes32 deal);
  /// @notice The deal's end, the first unpaid period, has come: no revision revives it, it can only be settled, redeemed and closed.
  error DealEnded(bytes32 deal, uint256 period, uint256 end);
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
  /// @notice The owner of `provider` lets `limit` token wei be locked, and the revision would bring locked to `locked`.
  error LockLimitPassed(address provider, uint256 locked, uint256 limit);
  /// @notice Locked collateral may not grow before the provider has proven `period`.
  error NotProven(address provider, uint256 period);
  /// @notice The sum of weights would not fit 64 bits.
  error WeightOverflow(uint256 total, uint256 added);
  /// @notice The deal can be closed, or if it is empty cancelled, from period `from` on; closed once that is decided.
  error TooEarlyToClose(uint256 period, uint256 from);
  /// @notice A challenge is open, and until it has ended the deal is pinned.
  error DealChallenged(bytes32 deal);
  /// @notice No challenge of this deal is open.
  error NotChallenged(bytes32 deal);
  /// @notice The deal ends at `end`, which leaves no period to answer in: challenge while the period + 2 is not after it.
  error TooLateToChallenge(uint256 period, uint256 end);
  /// @notice The challenge can be answered until block `from`; it expires from that block on.
  error TooEarlyToExpire(uint256 block_, uint256 from);
  /// @notice The voucher is signed by neither the deal's signer nor, within its grace, the one before: by `recovered`.
  error BadVoucher(bytes32 deal, address recovered);
  /// @notice Of a voucher over `amount`, `redeemed` is paid already; of the escrow only `available` is neither needed for rent nor
  /// beyond the deal's `maxEgress`.
  error NothingToRedeem(uint256 amount, uint256 redeemed, uint256 available);
  /// @notice The token refused the permit, and without it the vault may take `allowance` only, not `amount`.
  error PermitRefused(uint256 amount, uint256 allowance);
  /// @notice A batch item may only be open, permit, commit, settle, redeem, answer, close or expire.
  error NotBatchable(bytes4 selector);
  /// @notice Not enough gas is left to give the next item `needed`.
  error BatchGasTooLow(uint256 left, uint256 needed);
}

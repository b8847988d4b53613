// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DefaultRecord, ProviderAccount} from "../MarketTypes.sol";

/// @title Stakes, credits, misses and defaults (R3, R6)
/// @dev A view named `…Now`, and each that says so, tells what holds once a sync in this block has found what there is to find; the
/// others tell what is stored, that is, what held after the last sync.
interface IMarketStakes {
  event Staked(address indexed provider, address indexed from, uint256 amount);
  event Unstaked(address indexed provider, uint256 amount);
  /// @notice The owner of `provider` allows `limit` token wei to be locked from now on.
  event LockLimitSet(address indexed provider, uint256 limit);
  event Withdrawn(address indexed account, address indexed to, uint256 amount);

  /// @notice `provider` did not prove `period`: `burnt + bounty + compensation` wei of stake are gone, the bounty to `finder`.
  event Missed(
    address indexed provider,
    uint256 indexed period,
    address indexed finder,
    uint256 burnt,
    uint256 bounty,
    uint256 compensation
  );

  /// @notice `provider` defaulted at `period`. Each deal of `generation` takes `share` wei per unit of weight; `burnt` wei
  /// of stake that no share could name are burnt.
  event Defaulted(
    address indexed provider,
    uint256 indexed period,
    uint256 generation,
    uint256 total,
    uint256 share,
    uint256 burnt
  );

  /// @notice `provider` never registered.
  error UnknownProvider(address provider);
  /// @notice `caller` does not own `provider`.
  error NotOwner(address provider, address caller);
  /// @notice Only `available` token wei can be taken out, not `wanted`.
  error InsufficientFunds(uint256 wanted, uint256 available);
  /// @notice The token called back into a verb while another was running.
  error Reentered();
  /// @notice The address to pay to is zero.
  error ZeroRecipient();

  /// @notice Account that burnt tokens are credited to. Nobody has its key: 0x…dEaD.
  function BURN_ACCOUNT() external view returns (address);

  /// @notice Adds `amount` token wei to the stake of `provider`, from the caller, who need not be the provider.
  function stake(address provider, uint256 amount) external;

  /// @notice Turns `amount` wei of the caller's free stake (stake − locked) into credit. By the owner.
  function unstake(uint256 amount) external;

  /// @notice Limits what revisions may lock of the stake of `provider`, token wei, however high its stake. By the owner alone, or by the
  /// registry for an owner who registers. Whoever has the operator's key can turn locked stake into a colluding renter's, so every
  /// slash and every payout of locked stake lowers the limit by as much. A limit below what is locked only forbids to lock more.
  function setLockLimit(address provider, uint96 limit) external;

  /// @notice Pays `amount` wei of the caller's credit out to `to`.
  function withdraw(uint256 amount, address to) external;

  /// @notice Records every miss of `provider` up to the last decided period, slashes, and declares a default where due (R3).
  /// Anyone may call; the caller gets the bounties.
  function sync(address provider) external;

  /// @notice Token wei that `account` can withdraw.
  function credits(address account) external view returns (uint256);

  /// @notice The account of `provider` as stored, that is, as of its last sync.
  function accountOf(address provider) external view returns (ProviderAccount memory);

  /// @notice The account of `provider` as a sync in this block would leave it.
  function accountNow(address provider) external view returns (ProviderAccount memory);

  /// @notice unit · T of `provider` now, after a sync, token wei.
  function lockedOf(address provider) external view returns (uint256);

  /// @notice Token wei that revisions may lock of the stake of `provider` now, after a sync: what `setLockLimit` said, less what was
  /// slashed or paid out since.
  function lockLimitOf(address provider) external view returns (uint256);

  /// @notice Last decided period of `provider` now, after a sync (R2).
  function decidedOf(address provider) external view returns (uint256);

  /// @notice Whether `provider` is frozen now, after a sync: between the start of a period and its proof or the window's end (R2).
  function isFrozen(address provider) external view returns (bool);

  /// @notice The compensation accumulator of `provider`, wei per unit of weight, monotone over all generations.
  function compensationIndexOf(address provider) external view returns (uint256);

  /// @notice Recorded misses, as of the last sync, of `provider` in periods ≤ `period`.
  function missesThrough(address provider, uint256 period) external view returns (uint256);

  /// @notice How `generation` of `provider` ended; all zero while it lives.
  function defaultOf(address provider, uint256 generation) external view returns (DefaultRecord memory);
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {IMarketStakes} from "../interfaces/IMarketStakes.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {MissLog} from "../libraries/MissLog.sol";
import {Rent} from "../libraries/Rent.sol";
import {DefaultRecord, ProviderAccount} from "../MarketTypes.sol";
import {Schedule} from "./Schedule.sol";

/// @title The part of the market that keeps stakes and credits and finds misses and defaults
abstract contract Stakes is Schedule, IMarketStakes {
  using MissLog for MissLog.Log;

  /// @inheritdoc IMarketStakes
  address public constant BURN_ACCOUNT = 0x000000000000000000000000000000000000dEaD;

  IVault internal immutable VAULT;
  IProviderRegistry internal immutable REGISTRY;

  /// @dev On every verb: the token may call back, and finds the door closed.
  modifier nonReentrant() {
    _enter();
    _;
    _entered = false;
  }

  constructor(IVault vault_, IProviderRegistry registry_) {
    VAULT = vault_;
    REGISTRY = registry_;
  }

  /// @inheritdoc IMarketStakes
  function stake(address provider, uint256 amount) external nonReentrant {
    ProviderAccount storage account = _sync(provider);
    _requireRegistered(provider);
    account.stake = uint96(_within("stake", account.stake + amount, 0, type(uint96).max));
    emit Staked(provider, msg.sender, amount);
    VAULT.take(msg.sender, amount);
  }

  /// @inheritdoc IMarketStakes
  function unstake(uint256 amount) external nonReentrant {
    ProviderAccount storage account = _sync(msg.sender);
    uint256 free = Math.saturatingSub(account.stake, UNIT * account.total);
    require(amount <= free, InsufficientFunds(amount, free));
    account.stake -= uint96(amount);
    _credits[msg.sender] += amount;
    emit Unstaked(msg.sender, amount);
  }

  /// @inheritdoc IMarketStakes
  function withdraw(uint256 amount, address to) external nonReentrant {
    uint256 credit = _credits[msg.sender];
    require(to != address(0), ZeroRecipient());
    require(amount <= credit, InsufficientFunds(amount, credit));
    _credits[msg.sender] = credit - amount;
    emit Withdrawn(msg.sender, to, amount);
    VAULT.pay(to, amount);
  }

  /// @inheritdoc IMarketStakes
  function sync(address provider) external nonReentrant {
    _sync(provider);
  }

  /// @inheritdoc IMarketStakes
  function credits(address account) external view returns (uint256) {
    return _credits[account];
  }

  /// @inheritdoc IMarketStakes
  function accountOf(address provider) external view returns (ProviderAccount memory) {
    return _accounts[provider];
  }

  /// @inheritdoc IMarketStakes
  function lockedOf(address provider) external view returns (uint256) {
    return UNIT * _accounts[provider].total;
  }

  /// @inheritdoc IMarketStakes
  function compensationIndexOf(address provider) external view returns (uint256) {
    return _compensationIndex[provider];
  }

  /// @inheritdoc IMarketStakes
  function missesThrough(address provider, uint256 period) public view returns (uint256) {
    return _misses[provider].countThrough(period);
  }

  /// @inheritdoc IMarketStakes
  function defaultOf(address provider, uint256 generation) external view returns (DefaultRecord memory) {
    return _defaults[provider][generation];
  }

  /// @inheritdoc IMarketStakes
  function decidedOf(address provider) external view returns (uint256) {
    return _decided(_accounts[provider]);
  }

  /// @inheritdoc IMarketStakes
  function isFrozen(address provider) external view returns (bool) {
    return _frozen(_accounts[provider]);
  }

  /// @dev R3: the first statement of every verb that touches a provider or one of its deals.
  function _sync(address provider) internal returns (ProviderAccount storage account) {
    account = _accounts[provider];
    uint256 decided = _decided(account);
    if (account.total == 0) {
      // An account without stake and history has nothing to write down, nor has an address that is no provider.
      if (account.stake != 0 || account.syncedThrough != 0) _restart(account, decided);
      return account;
    }
    uint256 proven = account.lastProven;
    uint256 period = Math.max(proven, account.syncedThrough);
    if (period >= decided) return account;
    bool ended;
    while (period < decided && !ended) {
      ++period;
      _miss(provider, account, period);
      ended = period - proven == MAX_MISSES || Rent.uncovered(account.stake, account.total, UNIT, COVER_BPS);
      if (ended) _default(provider, account, period);
    }
    account.syncedThrough = uint32(period);
  }

  /// @dev Nothing before `period` and in it can be missed any more.
  function _restart(ProviderAccount storage account, uint256 period) internal {
    account.lastProven = uint32(period);
    account.syncedThrough = uint32(period);
  }

  /// @dev R2: the last period about which nothing can change any more.
  function _decided(ProviderAccount storage account) internal view returns (uint256) {
    uint256 period = currentPeriod();
    return _frozen(account) ? period - 1 : period;
  }

  /// @dev R2: whether the draw of the current period is still to be answered.
  function _frozen(ProviderAccount storage account) internal view returns (bool) {
    return account.total != 0 && _offset() < WINDOW_BLOCKS && account.lastProven != currentPeriod();
  }

  function _requireRegistered(address provider) internal view {
    require(REGISTRY.operatorOf(provider) != address(0), UnknownProvider(provider));
  }

  /// @dev `value`, refused outside `min` … `max`.
  function _within(string memory name, uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
    require(value >= min && value <= max, IMarketDeals.OutOfBounds(name, value, min, max));
    return value;
  }

  function _enter() private {
    require(!_entered, Reentered());
    _entered = true;
  }

  /// @dev R6: one miss, slashed by the locked stake.
  function _miss(address provider, ProviderAccount storage account, uint256 period) private {
    uint256 total = account.total;
    uint256 compensation = COMPENSATION_PER_WEIGHT * total;
    uint256 bounty = BOUNTY_PER_WEIGHT * total;
    uint256 burnt = BURN_PER_WEIGHT * total;
    if (bounty > BOUNTY_CAP) {
      burnt += bounty - BOUNTY_CAP;
      bounty = BOUNTY_CAP;
    }
    _misses[provider].append(period);
    _compensationIndex[provider] += uint128(COMPENSATION_PER_WEIGHT);
    // The stake is at least coverBps of locked before each miss (INV-10), and coverBps ≥ missBps.
    account.stake -= uint96(burnt + bounty + compensation);
    _credits[BURN_ACCOUNT] += burnt;
    _credits[msg.sender] += bounty;
    emit Missed(provider, period, msg.sender, burnt, bounty, compensation);
  }

  /// @dev R6: ends the live generation in O(1); its deals take their shares when they are closed.
  function _default(address provider, ProviderAccount storage account, uint256 period) private {
    uint256 generation = account.generation;
    uint256 total = account.total;
    uint256 share = Rent.coverDown(account.stake, total, UNIT);
    uint256 rest = account.stake - share * total;
    uint256 burnt = share < UNIT ? rest : 0;
    _defaults[provider][generation] = DefaultRecord({
      period: uint32(period),
      share: uint96(share),
      compensationIndex: _compensationIndex[provider]
    });
    account.stake = uint96(rest - burnt);
    account.total = 0;
    account.generation = uint32(generation + 1);
    _credits[BURN_ACCOUNT] += burnt;
    emit Defaulted(provider, period, generation, total, share, burnt);
  }
}

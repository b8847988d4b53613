// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketStakes} from "../interfaces/IMarketStakes.sol";
import {MissLog} from "../libraries/MissLog.sol";
import {DefaultRecord, ProviderAccount} from "../MarketTypes.sol";
import {Accounts} from "./Accounts.sol";

/// @title The part of the market that keeps stakes, what may be locked of them, and credits
abstract contract Stakes is Accounts, IMarketStakes {
  using MissLog for MissLog.Log;

  /// @inheritdoc IMarketStakes
  address public constant BURN_ACCOUNT = BURNT;

  /// @inheritdoc IMarketStakes
  function stake(address provider, uint256 amount) external nonReentrant {
    ProviderAccount memory account = _sync(provider);
    _operatorOf(provider);
    account.stake = uint96(_within("stake", account.stake + amount, 0, type(uint96).max));
    _save(provider, account);
    emit Staked(provider, msg.sender, amount);
    VAULT.take(msg.sender, amount);
  }

  /// @inheritdoc IMarketStakes
  function unstake(uint256 amount) external nonReentrant {
    ProviderAccount memory account = _sync(msg.sender);
    uint256 free = Math.saturatingSub(account.stake, UNIT * account.total);
    require(amount <= free, InsufficientFunds(amount, free));
    account.stake -= uint96(amount);
    _save(msg.sender, account);
    _credit(msg.sender, amount);
    emit Unstaked(msg.sender, amount);
  }

  /// @inheritdoc IMarketStakes
  function setLockLimit(address provider, uint96 limit) external nonReentrant {
    // Misses of the time before lower the limit of that time, not this one.
    _sync(provider);
    require(msg.sender == provider || msg.sender == address(REGISTRY), NotOwner(provider, msg.sender));
    _operatorOf(provider);
    _misses[provider].lockLimit = limit;
    emit LockLimitSet(provider, limit);
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
    return _accounts[provider].toAccount();
  }

  /// @inheritdoc IMarketStakes
  function accountNow(address provider) external view returns (ProviderAccount memory) {
    return _accountNow(provider);
  }

  /// @inheritdoc IMarketStakes
  function lockedOf(address provider) external view returns (uint256) {
    return UNIT * _accountNow(provider).total;
  }

  /// @inheritdoc IMarketStakes
  function lockLimitOf(address provider) external view returns (uint256) {
    uint256 lost = _accounts[provider].toAccount().stake - _accountNow(provider).stake;
    return Math.saturatingSub(_misses[provider].lockLimit, lost);
  }

  /// @inheritdoc IMarketStakes
  function decidedOf(address provider) external view returns (uint256) {
    return _decided(_accountNow(provider));
  }

  /// @inheritdoc IMarketStakes
  function isFrozen(address provider) external view returns (bool) {
    return _frozen(_accountNow(provider));
  }

  /// @inheritdoc IMarketStakes
  function compensationIndexOf(address provider) external view returns (uint256) {
    return _misses[provider].compensationIndex;
  }

  /// @inheritdoc IMarketStakes
  function missesThrough(address provider, uint256 period) external view returns (uint256) {
    return _misses[provider].countThrough(period);
  }

  /// @inheritdoc IMarketStakes
  function defaultOf(address provider, uint256 generation) external view returns (DefaultRecord memory) {
    return _defaults[provider][generation].toRecord();
  }
}

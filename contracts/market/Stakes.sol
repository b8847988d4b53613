// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDealSignals} from "../interfaces/IDealSignals.sol";
import {IMarketStakes} from "../interfaces/IMarketStakes.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {toAccountWord, toDefaultWord} from "../libraries/AccountWord.sol";
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
  function accountOf(address provider) public view returns (ProviderAccount memory) {
    return _accounts[provider].toAccount();
  }

  /// @inheritdoc IMarketStakes
  function lockedOf(address provider) external view returns (uint256) {
    return UNIT * accountOf(provider).total;
  }

  /// @inheritdoc IMarketStakes
  function compensationIndexOf(address provider) external view returns (uint256) {
    return _misses[provider].compensationIndex;
  }

  /// @inheritdoc IMarketStakes
  function missesThrough(address provider, uint256 period) public view returns (uint256) {
    return _misses[provider].countThrough(period);
  }

  /// @inheritdoc IMarketStakes
  function defaultOf(address provider, uint256 generation) external view returns (DefaultRecord memory) {
    return _defaults[provider][generation].toRecord();
  }

  /// @inheritdoc IMarketStakes
  function decidedOf(address provider) external view returns (uint256) {
    return _decided(accountOf(provider));
  }

  /// @inheritdoc IMarketStakes
  function isFrozen(address provider) external view returns (bool) {
    return _frozen(accountOf(provider));
  }

  /// @dev R3: the first statement of every verb that touches a provider or one of its deals.
  function _sync(address provider) internal returns (ProviderAccount memory account) {
    account = accountOf(provider);
    uint256 decided = _decided(account);
    if (account.total == 0) {
      // An account without stake and history has nothing to write down, nor has an address that is no provider.
      if (account.stake != 0 || account.syncedThrough != 0) _restart(account, decided);
    } else {
      uint256 period = Math.max(account.lastProven, account.syncedThrough);
      if (period >= decided) return account;
      // A default leaves nothing to miss.
      while (period < decided && account.total != 0) _miss(provider, account, ++period);
    }
    _save(provider, account);
  }

  /// @dev Nothing before `period` and in it can be missed any more.
  function _restart(ProviderAccount memory account, uint256 period) internal pure {
    account.lastProven = uint32(period);
    account.syncedThrough = uint32(period);
  }

  function _save(address provider, ProviderAccount memory account) internal {
    _accounts[provider] = toAccountWord(account);
  }

  function _credit(address account, uint256 amount) internal {
    if (amount != 0) _credits[account] += amount;
  }

  /// @dev R2: the last period about which nothing can change any more.
  function _decided(ProviderAccount memory account) internal view returns (uint256) {
    uint256 period = currentPeriod();
    return _frozen(account) ? period - 1 : period;
  }

  /// @dev R2: whether the draw of the current period is still to be answered.
  function _frozen(ProviderAccount memory account) internal view returns (bool) {
    return account.total != 0 && _offset() < WINDOW_BLOCKS && account.lastProven != currentPeriod();
  }

  function _operatorOf(address provider) internal view returns (address operator) {
    operator = REGISTRY.operatorOf(provider);
    require(operator != address(0), UnknownProvider(provider));
  }

  /// @dev `value`, refused outside `min` … `max`.
  function _within(bytes32 name, uint256 value, uint256 min, uint256 max) internal pure returns (uint256) {
    // The arguments of a `require` are computed even if it holds.
    if (value < min || value > max) revert IDealSignals.OutOfBounds(_text(name), value, min, max);
    return value;
  }

  /// @dev A short literal as a string: sites that name a value carry the literal only.
  function _text(bytes32 literal) internal pure returns (string memory) {
    uint256 length;
    while (length < 32 && literal[length] != 0) ++length;
    bytes memory text = abi.encodePacked(literal);
    assembly ("memory-safe") {
      mstore(text, length)
    }
    return string(text);
  }

  function _enter() private {
    require(!_entered, Reentered());
    _entered = true;
  }

  /// @dev R6: one miss, slashed by the locked stake, and the default that it may bring about.
  function _miss(address provider, ProviderAccount memory account, uint256 period) private {
    uint256 total = account.total;
    uint256 compensation = COMPENSATION_PER_WEIGHT * total;
    uint256 bounty = Math.min(BOUNTY_PER_WEIGHT * total, BOUNTY_CAP);
    uint256 burnt = (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT) * total - bounty;
    _misses[provider].append(period, COMPENSATION_PER_WEIGHT);
    // The stake is at least coverBps of locked before each miss (INV-10), and coverBps ≥ missBps.
    account.stake = uint96(account.stake - (burnt + bounty + compensation));
    account.syncedThrough = uint32(period);
    _credit(BURN_ACCOUNT, burnt);
    _credit(msg.sender, bounty);
    emit Missed(provider, period, msg.sender, burnt, bounty, compensation);
    if (period - account.lastProven == MAX_MISSES || Rent.uncovered(account.stake, total, UNIT, COVER_BPS)) {
      _default(provider, account, period);
    }
  }

  /// @dev R6: ends the live generation in O(1); its deals take their shares when they are closed.
  function _default(address provider, ProviderAccount memory account, uint256 period) private {
    uint256 total = account.total;
    uint256 share = Rent.coverDown(account.stake, total, UNIT);
    uint256 rest = account.stake - share * total;
    uint256 burnt = share < UNIT ? rest : 0;
    _defaults[provider][account.generation] = toDefaultWord(period, share, _misses[provider].compensationIndex);
    _credit(BURN_ACCOUNT, burnt);
    emit Defaulted(provider, period, account.generation, total, share, burnt);
    account.stake = uint96(rest - burnt);
    account.total = 0;
    account.generation += 1;
  }
}

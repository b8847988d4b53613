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
import {Parameters, ProviderAccount} from "../MarketTypes.sol";
import {Schedule} from "./Schedule.sol";

/// @title What every verb does first: providers' accounts brought up to date, misses and defaults found (R2, R3, R6)
abstract contract Accounts is Schedule {
  using MissLog for MissLog.Log;

  /// @dev Nobody has its key.
  address internal constant BURNT = 0x000000000000000000000000000000000000dEaD;

  IVault internal immutable VAULT;
  IProviderRegistry internal immutable REGISTRY;

  /// @dev On every verb: the token may call back, and finds the door closed.
  modifier nonReentrant() {
    _enter();
    _;
    _entered = false;
  }

  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    Parameters memory parameters_,
    uint256 genesis
  ) Schedule(parameters_, genesis) {
    VAULT = vault_;
    REGISTRY = registry_;
  }

  /// @dev R3: the first statement of every verb that touches a provider or one of its deals.
  function _sync(address provider) internal returns (ProviderAccount memory account) {
    account = _accounts[provider].toAccount();
    uint256 decided = _decided(account);
    if (account.total == 0) {
      // An account without stake and history has nothing to write down, nor has an address that is no provider.
      if (account.stake != 0 || account.syncedThrough != 0) _restart(account, decided);
    } else {
      uint256 period = Math.max(account.lastProven, account.syncedThrough);
      if (period >= decided) return account;
      uint256 stake = account.stake;
      // A default leaves nothing to miss.
      while (period < decided && account.total != 0) _recordMiss(provider, account, ++period);
      _misses[provider].lower(stake - account.stake);
    }
    _save(provider, account);
  }

  /// @dev The account as `_sync` would leave it in this block: what views of *now* tell of.
  function _accountNow(address provider) internal view returns (ProviderAccount memory account) {
    account = _accounts[provider].toAccount();
    uint256 decided = _decided(account);
    if (account.total == 0 && (account.stake != 0 || account.syncedThrough != 0)) _restart(account, decided);
    uint256 period = Math.max(account.lastProven, account.syncedThrough);
    while (period < decided && account.total != 0) {
      _slash(account, ++period);
      if (_isLost(account)) _endGeneration(account);
    }
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
    require(operator != address(0), IMarketStakes.UnknownProvider(provider));
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
    require(!_entered, IMarketStakes.Reentered());
    _entered = true;
  }

  /// @dev R6: one miss, written down and paid out, and the default that it may bring about.
  function _recordMiss(address provider, ProviderAccount memory account, uint256 period) private {
    (uint256 burnt, uint256 bounty, uint256 compensation) = _slash(account, period);
    _misses[provider].append(period, COMPENSATION_PER_WEIGHT);
    _credit(BURNT, burnt);
    _credit(msg.sender, bounty);
    emit IMarketStakes.Missed(provider, period, msg.sender, burnt, bounty, compensation);
    if (_isLost(account)) _recordDefault(provider, account, period);
  }

  /// @dev R6: ends the live generation in O(1); its deals take their shares when they are closed.
  function _recordDefault(address provider, ProviderAccount memory account, uint256 period) private {
    uint256 generation = account.generation;
    uint256 total = account.total;
    (uint256 share, uint256 burnt) = _endGeneration(account);
    _defaults[provider][generation] = toDefaultWord(period, share, _misses[provider].compensationIndex);
    _credit(BURNT, burnt);
    emit IMarketStakes.Defaulted(provider, period, generation, total, share, burnt);
  }

  /// @dev R6: takes what the miss of `period` costs, a share of locked, from the stake; tells to whom it goes, token wei.
  function _slash(
    ProviderAccount memory account,
    uint256 period
  ) private view returns (uint256 burnt, uint256 bounty, uint256 compensation) {
    uint256 total = account.total;
    compensation = COMPENSATION_PER_WEIGHT * total;
    bounty = Math.min(BOUNTY_PER_WEIGHT * total, BOUNTY_CAP);
    burnt = (BURN_PER_WEIGHT + BOUNTY_PER_WEIGHT) * total - bounty;
    // The stake is at least coverBps of locked before each miss (INV-10), and coverBps ≥ missBps.
    account.stake = uint96(account.stake - (burnt + bounty + compensation));
    account.syncedThrough = uint32(period);
  }

  /// @dev R3: whether the miss just slashed is one too many in a row, or left too little stake.
  function _isLost(ProviderAccount memory account) private view returns (bool) {
    uint256 run = account.syncedThrough - account.lastProven;
    return run == MAX_MISSES || Rent.uncovered(account.stake, account.total, UNIT, COVER_BPS);
  }

  /// @dev R6: `share` per unit of weight is its deals'; `burnt`, what no share could name, nobody's, token wei.
  function _endGeneration(ProviderAccount memory account) private view returns (uint256 share, uint256 burnt) {
    uint256 total = account.total;
    share = Rent.coverDown(account.stake, total, UNIT);
    uint256 rest = account.stake - share * total;
    burnt = share < UNIT ? rest : 0;
    account.stake = uint96(rest - burnt);
    account.total = 0;
    account.generation += 1;
  }
}

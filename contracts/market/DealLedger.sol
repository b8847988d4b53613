// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IDealSignals} from "../interfaces/IDealSignals.sol";
import {MissLog} from "../libraries/MissLog.sol";
import {Rent} from "../libraries/Rent.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Bond, Deal, DealStatus, DefaultRecord, ProviderAccount} from "../MarketTypes.sol";
import {Accounts} from "./Accounts.sol";

/// @title What the verbs on deals share: whom they admit, and how rent, weight and refunds move
/// @notice Whoever changes a deal reads it by `_touch`, which syncs, and writes it back last. What is in memory counts meanwhile.
abstract contract DealLedger is Accounts, IDealSignals {
  using MissLog for MissLog.Log;
  using SumTree for SumTree.Tree;

  /// @dev The deal, which is not closed, and its provider's account, synced.
  function _touch(bytes32 id) internal returns (Deal memory deal, ProviderAccount memory account) {
    deal = _deals[id].read();
    require(deal.status != DealStatus.None, DealUnknown(id));
    account = _sync(deal.provider);
    require(deal.status != DealStatus.Closed, DealIsClosed(id));
  }

  /// @dev As `_touch`, and the generation that holds the deal's collateral lives.
  function _touchLive(bytes32 id) internal returns (Deal memory deal, ProviderAccount memory account) {
    (deal, account) = _touch(id);
    require(!_isPast(deal, account), DealDefaulted(id));
  }

  /// @dev R5, and the renter's compensation of R6. Both are due up to the last decided period, the end, or the default.
  /// Assumes that `account` is synced: then every miss through the last decided period is in the log.
  function _settle(bytes32 id, Deal memory deal, ProviderAccount memory account) internal {
    if (deal.weight == 0) return;
    address provider = deal.provider;
    uint256 through = Math.min(_decided(account), deal.end - 1);
    uint128 index = _misses[provider].compensationIndex;
    if (_isPast(deal, account)) {
      DefaultRecord memory ended = _defaults[provider][deal.generation].toRecord();
      through = Math.min(through, ended.period - 1);
      index = ended.compensationIndex;
    }
    uint256 compensation = _takeCompensation(id, deal.weight, index);
    uint256 settled = deal.settledThrough;
    if (through <= settled && compensation == 0) return;
    through = Math.max(through, settled);
    uint256 periods = through - settled;
    if (periods != 0) {
      periods -= _misses[provider].countThrough(through) - _misses[provider].countThrough(settled);
    }
    uint256 rent = deal.rate * periods;
    uint256 fee = Rent.bpsUp(deal.rate, FEE_BPS) * periods;
    deal.escrow = uint128(deal.escrow - rent);
    deal.settledThrough = uint32(through);
    _payFee(provider, fee);
    _credit(provider, rent - fee);
    _credit(deal.renter, compensation);
    emit DealSettled(id, provider, through, rent, fee, compensation);
  }

  /// @dev Gives a settled deal of the live generation another weight, in the tree and in the account (R4, R6).
  function _reweigh(bytes32 id, Deal memory deal, ProviderAccount memory account, uint256 weight) internal {
    uint256 old = deal.weight;
    if (weight == old) return;
    address provider = deal.provider;
    uint256 total = account.total;
    if (weight > old) _requireBacked(provider, account, weight - old);
    SumTree.Tree storage tree = _trees[provider][account.generation];
    if (old == 0) {
      deal.slot = uint32(tree.take());
      deal.generation = account.generation;
      (, uint128 egressPrice) = _deals[id].indexOf();
      _deals[id].setIndex(_misses[provider].compensationIndex, egressPrice);
      _dealInSlot[provider][deal.generation][deal.slot] = id;
      if (total == 0) _restart(account, currentPeriod());
    }
    tree.update(deal.slot, old, weight);
    if (weight == 0) {
      tree.free(deal.slot);
      delete _dealInSlot[provider][deal.generation][deal.slot];
    }
    deal.weight = uint64(weight);
    account.total = uint64(total + weight - old);
    _save(provider, account);
  }

  /// @dev Ends a deal without weight for good: what is left in escrow goes to the renter, the bond of an open challenge back to
  /// the challenger.
  function _refund(bytes32 id, Deal memory deal) internal returns (uint256 refund) {
    if (deal.challengedIn != 0) {
      Bond memory bond = _endChallenge(id, deal);
      _credit(bond.challenger, bond.amount);
      emit BondReturned(id, bond.challenger, bond.amount);
    }
    refund = deal.escrow;
    deal.escrow = 0;
    deal.root = 0;
    deal.leaves = 0;
    deal.sectors = 0;
    deal.status = DealStatus.Closed;
    _deals[id].write(deal);
    _credit(deal.renter, refund);
  }

  /// @dev Ends the open challenge of a deal; where its bond goes is for the caller to say (INV-17).
  function _endChallenge(bytes32 id, Deal memory deal) internal returns (Bond memory bond) {
    bond = _bonds[id];
    delete _bonds[id];
    deal.challengedIn = 0;
    _openChallenges[deal.renter][deal.provider][deal.generation] -= 1;
  }

  /// @dev Whether the generation that holds the deal's collateral has defaulted.
  function _isPast(Deal memory deal, ProviderAccount memory account) internal pure returns (bool) {
    return deal.weight != 0 && deal.generation != account.generation;
  }

  /// @dev R2.
  function _requireThawed(address provider, ProviderAccount memory account) internal view {
    require(!_frozen(account), Frozen(provider, currentPeriod()));
  }

  function _requireUnchallenged(bytes32 id, Deal memory deal) internal pure {
    require(deal.challengedIn == 0, DealChallenged(id));
  }

  function _requireRenter(bytes32 id, Deal memory deal) internal view {
    require(msg.sender == deal.renter, NotParty(id, msg.sender));
  }

  function _requireProvider(bytes32 id, Deal memory deal) internal view {
    require(msg.sender == deal.provider || msg.sender == _operatorOf(deal.provider), NotParty(id, msg.sender));
  }

  /// @dev What misses up to `index` have brought a deal of `weight` since it was last credited (R6), token wei.
  function _takeCompensation(bytes32 id, uint256 weight, uint128 index) private returns (uint256) {
    // Nothing was missed since the market began: one read less for an honest provider.
    if (index == 0) return 0;
    (uint128 last, uint128 egressPrice) = _deals[id].indexOf();
    if (index == last) return 0;
    _deals[id].setIndex(index, egressPrice);
    return weight * (index - last);
  }

  /// @dev Writes a fee down for the epoch in which it is paid, whatever periods it is for (R11).
  function _payFee(address provider, uint256 fee) private {
    if (fee == 0) return;
    uint256 epoch = _epochOf(currentPeriod());
    _epochFees[epoch].paid += uint128(fee);
    _providerFees[epoch][provider] += fee;
  }

  /// @dev R4, R6: locked grows only on a provider that has proven this period, and beyond neither its stake nor its owner's limit.
  function _requireBacked(address provider, ProviderAccount memory account, uint256 added) private view {
    uint256 period = currentPeriod();
    uint256 total = account.total + added;
    require(total <= type(uint64).max, WeightOverflow(account.total, added));
    require(account.total == 0 || account.lastProven == period, NotProven(provider, period));
    uint256 locked = UNIT * total;
    require(locked <= account.stake, StakeTooSmall(account.stake, locked));
    uint256 limit = _misses[provider].lockLimit;
    require(locked <= limit, LockLimitPassed(provider, locked, limit));
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {MissLog} from "../../libraries/MissLog.sol";
import {Rent} from "../../libraries/Rent.sol";
import {Deal, ProviderAccount} from "../../MarketTypes.sol";
import {IDelegatedVerbs} from "../DelegatedVerbs.sol";
import {DealLedger} from "../DealLedger.sol";

/// @title How deals end (R4, R7, R8)
abstract contract Endings is DealLedger, IDelegatedVerbs {
  using MissLog for MissLog.Log;

  /// @inheritdoc IDelegatedVerbs
  function leaveDeal(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    deal.end = uint32(Math.min(deal.end, currentPeriod() + 1 + NOTICE_PERIODS));
    deal.maxEnd = deal.end;
    _deals[id].write(deal);
    emit DealLeft(id, deal.end);
  }

  /// @inheritdoc IDelegatedVerbs
  function cancel(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touch(id);
    _requireRenter(id, deal);
    require(deal.leaves == 0, DealNotEmpty(id, deal.leaves));
    _requireTimeToRedeem(deal);
    emit DealCancelled(id, _refund(id, deal));
  }

  /// @inheritdoc IDelegatedVerbs
  function close(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (!_isPast(deal, account)) {
      _requireThawed(deal.provider, account);
      _requireUnchallenged(id, deal);
      _requireClosable(id, deal);
    }
    _close(id, deal, account);
  }

  /// @inheritdoc IDelegatedVerbs
  function forfeit(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (_isPast(deal, account)) return _close(id, deal, account);
    _requireThawed(deal.provider, account);
    _requireProvider(id, deal);
    require(deal.leaves != 0, DealIsEmpty(id));
    (uint256 refund, uint256 collateral) = _surrender(id, deal, account);
    emit DealForfeited(id, deal.provider, refund, collateral);
  }

  /// @inheritdoc IDelegatedVerbs
  function expire(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (_isPast(deal, account)) return _close(id, deal, account);
    _requireThawed(deal.provider, account);
    require(deal.challengedIn != 0, NotChallenged(id));
    uint256 from = firstBlockOf(uint256(deal.challengedIn) + 1) + WINDOW_BLOCKS;
    require(block.number >= from, TooEarlyToExpire(block.number, from));
    (uint256 refund, uint256 collateral) = _surrender(id, deal, account);
    emit ChallengeExpired(id, deal.provider, refund, collateral);
  }

  /// @dev Ends a deal, and pays the collateral if its generation has defaulted: that tree is history, only the slot's name
  /// goes.
  function _close(bytes32 id, Deal memory deal, ProviderAccount memory account) private {
    _settle(id, deal, account);
    uint256 collateral;
    if (_isPast(deal, account)) {
      collateral = uint256(deal.weight) * _defaults[deal.provider][deal.generation].toRecord().share;
      delete _dealInSlot[deal.provider][deal.generation][deal.slot];
      deal.weight = 0;
      _credit(deal.renter, collateral);
    } else {
      _reweigh(id, deal, account, 0);
    }
    emit DealClosed(id, deal.provider, _refund(id, deal), collateral);
  }

  /// @dev Ends a deal of the live generation for want of its data: its collateral and unspent escrow go to the renter.
  /// Assumes that the deal has weight: then the account's total is not zero.
  function _surrender(
    bytes32 id,
    Deal memory deal,
    ProviderAccount memory account
  ) private returns (uint256 refund, uint256 collateral) {
    collateral = deal.weight * Rent.coverDown(account.stake, account.total, UNIT);
    _settle(id, deal, account);
    _reweigh(id, deal, account, 0);
    account.stake = uint96(account.stake - collateral);
    _save(deal.provider, account);
    // R6: whoever has both the operator's key and the renter's would else lock the same limit again in the same block.
    _misses[deal.provider].lower(collateral);
    _credit(deal.renter, collateral);
    refund = _refund(id, deal);
  }

  /// @dev R4: in its last paid period and the one after by the provider, so that it can redeem what it was promised; later by
  /// anyone.
  function _requireClosable(bytes32 id, Deal memory deal) private view {
    uint256 period = currentPeriod();
    uint256 lastPaid = Math.saturatingSub(deal.end, 1);
    require(period >= lastPaid, TooEarlyToClose(period, lastPaid));
    _requireTimeToRedeem(deal);
    if (period <= deal.end) _requireProvider(id, deal);
  }

  /// @dev R4: a deal that was emptied stays for one whole period, in which its vouchers can be redeemed; one that never held data
  /// has none, since no provider serves what it does not store.
  function _requireTimeToRedeem(Deal memory deal) private view {
    uint256 emptiedIn = deal.settledThrough;
    if (deal.leaves != 0 || emptiedIn == 0) return;
    uint256 period = currentPeriod();
    require(period >= emptiedIn + 2, TooEarlyToClose(period, emptiedIn + 2));
  }
}

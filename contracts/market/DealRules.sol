// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../interfaces/IDealSignals.sol";
import {Challenge, Deal, DealStatus, ProviderAccount} from "../MarketTypes.sol";
import {Stakes} from "./Stakes.sol";

/// @title What every verb on a deal asks first, in either body of the market's code
abstract contract DealRules is Stakes, IDealSignals {
  /// @dev The bond is bondUnit · (8 + n) / 8 (R8).
  uint256 private constant BOND_STEPS = 8;

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

  /// @dev Ends the open challenge of a deal; where its bond goes is for the caller to say (INV-17).
  function _endChallenge(bytes32 id, Deal memory deal) internal returns (address challenger, uint256 bond) {
    Challenge memory challenge_ = _challenges[id];
    delete _challenges[id];
    deal.challenged = false;
    _openChallenges[deal.renter][deal.provider][deal.generation] -= 1;
    return (challenge_.challenger, _bondAfter(challenge_.ahead));
  }

  /// @dev Bond of a challenge with `ahead` open ones of the same renter before it, token wei, rounded up.
  function _bondAfter(uint256 ahead) internal view returns (uint256) {
    return (BOND_UNIT * (BOND_STEPS + ahead) + BOND_STEPS - 1) / BOND_STEPS;
  }

  /// @dev Whether the generation that holds the deal's collateral has defaulted.
  function _isPast(Deal memory deal, ProviderAccount memory account) internal pure returns (bool) {
    return deal.weight != 0 && deal.generation != account.generation;
  }

  function _requireRenter(bytes32 id, Deal memory deal) internal view {
    require(msg.sender == deal.renter, NotParty(id, msg.sender));
  }
}

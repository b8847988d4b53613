// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DealStatus} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketActions} from "./MarketActions.sol";

/// @notice Direct challenges, and what becomes of them, entered in the book as well.
abstract contract ChallengeActions is MarketActions {
  using DataSets for DataSets.DataSet;

  /// @notice Some deal of the provider that its renter may challenge; a new one if there is none.
  function challengeable(uint256 provider) internal returns (uint256 k) {
    for (k = find(provider, DealStatus.Active, true); ; k = store(provider)) {
      if (k != NONE && deals[k].bond == 0 && period() + 2 <= deals[k].end) return k;
    }
  }

  /// @notice The renter, or its session key, has a deal of the provider proven.
  function challenge(uint256 provider) internal returns (uint256 k) {
    k = challengeable(provider);
    DealPage storage deal = deals[k];
    address caller = renterOf(deal.renter).account;
    uint256 bond = bondFor(deal);
    if (flip()) {
      caller = vm.addr(deal.signerKey);
      noteSession(caller);
      fill(caller, bond);
    }
    touch(provider, caller);
    vm.prank(caller);
    market.challenge(deal.id);
    (deal.bond, deal.challenger, deal.challengedIn) = (bond, caller, period());
    deal.pinned = revisionPrint(deal.id);
  }

  /// @notice Somebody answers a challenge of the provider's, at the latest moment at which its seed can still be had.
  function answer(uint256 provider) internal {
    uint256 k = findChallenged(provider);
    if (k == NONE) k = challenge(provider);
    DealPage storage deal = deals[k];
    uint256 first = market.firstBlockOf(deal.challengedIn + 1);
    if (vm.getBlockNumber() <= first) travel(first + 1 + roll(W - 1));
    if (deal.past) return answer(provider);
    (bool known, ) = address(market).staticcall(abi.encodeCall(market.seedOf, (deal.challengedIn + 1)));
    if (!known) {
      expireLive(k);
      return answer(provider);
    }
    bytes memory samples = challengeSamples(deal);
    noteSeedOf(deal.challengedIn + 1);
    address caller = somebody().account;
    touch(provider, caller);
    vm.prank(caller);
    market.answer(deal.id, samples);
    purse[owner(provider).account] += deal.bond / 2;
    purse[BURN] += deal.bond - deal.bond / 2;
    deal.bond = 0;
  }

  /// @notice Nobody answers a challenge of the provider's, and somebody has it expire.
  function expire(uint256 provider) internal {
    uint256 k = findChallenged(provider);
    if (k == NONE) k = challenge(provider);
    expireLive(k);
  }

  /// @dev The provider may default on the way: then it acts as a close.
  function expireLive(uint256 k) private {
    DealPage storage deal = deals[k];
    uint256 from = market.firstBlockOf(deal.challengedIn + 1) + W;
    if (vm.getBlockNumber() < from) travel(from + roll(P - W));
    if (!deal.past) thaw(deal.provider);
    if (deal.past) return closePast(k);
    uint256 collateral = surrender(deal);
    address caller = somebody().account;
    touch(deal.provider, caller);
    vm.prank(caller);
    market.expire(deal.id);
    finish(deal, collateral);
  }

  function challengeSamples(DealPage storage deal) private view returns (bytes memory samples) {
    bytes32 seed = market.seedOf(deal.challengedIn + 1);
    DataSets.DataSet memory set = stored[deal.id];
    for (uint256 i; i < 5; ++i) {
      uint256 leaf = uint256(keccak256(abi.encodePacked("challenge", seed, deal.id, i))) % set.totalLeaves();
      samples = bytes.concat(samples, set.prove(leaf));
    }
  }

  function noteSession(address session) private {
    for (uint256 i; i < sessions.length; ++i) if (sessions[i] == session) return;
    sessions.push(session);
  }

  /// @dev Tokens for a session key, from Mallory, who is the richest of all, and an allowance.
  function fill(address account, uint256 amount) private {
    vm.prank(mallory.account);
    move(account, amount);
    vm.prank(account);
    (bool approved, ) = address(token).call(abi.encodeCall(token.approve, (address(vault), amount)));
    check(approved, "the vault may take them");
  }
}

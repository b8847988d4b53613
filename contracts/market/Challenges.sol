// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ILeafProof} from "../interfaces/ILeafProof.sol";
import {IMarketChallenges} from "../interfaces/IMarketChallenges.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {Rent} from "../libraries/Rent.sol";
import {Bond, Challenge, Deal} from "../MarketTypes.sol";
import {DealLedger} from "./DealLedger.sol";

/// @title The part of the market in which a renter has its own deal proven (R8)
abstract contract Challenges is DealLedger, IMarketChallenges {
  /// @dev The bond grows by an eighth for each open challenge before it (R8).
  uint256 private constant BOND_STEPS = 8;

  /// @inheritdoc IMarketChallenges
  function challenge(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    require(msg.sender == deal.renter || msg.sender == deal.signer, NotParty(id, msg.sender));
    require(deal.leaves != 0, DealIsEmpty(id));
    _requireUnchallenged(id, deal);
    uint256 period = currentPeriod();
    require(period + 2 <= deal.end, TooLateToChallenge(period, deal.end));
    uint256 bond = _within("bond", _bondOf(deal), 0, type(uint96).max);
    _openChallenges[deal.renter][deal.provider][deal.generation] += 1;
    _bonds[id] = Bond({challenger: msg.sender, amount: uint96(bond)});
    deal.challengedIn = uint32(period);
    _deals[id].write(deal);
    emit ChallengeOpened(id, deal.provider, msg.sender, period, bond);
    VAULT.take(msg.sender, bond);
  }

  /// @inheritdoc IMarketChallenges
  function answer(bytes32 id, bytes calldata samples) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    require(deal.challengedIn != 0, NotChallenged(id));
    _requireAnswer(id, deal, recordSeed(uint256(deal.challengedIn) + 1), samples);
    uint256 bond = _endChallenge(id, deal).amount;
    _deals[id].write(deal);
    _credit(deal.provider, bond / 2);
    _credit(BURNT, bond - bond / 2);
    emit ChallengeAnswered(id, deal.provider, bond);
  }

  /// @inheritdoc IMarketChallenges
  function challengeOf(bytes32 id) external view returns (Challenge memory) {
    Bond memory bond = _bonds[id];
    return Challenge({challenger: bond.challenger, period: _deals[id].read().challengedIn, bond: bond.amount});
  }

  /// @inheritdoc IMarketChallenges
  function bondOf(bytes32 id) external view returns (uint256) {
    return _bondOf(_deals[id].read());
  }

  /// @dev Each of the k draws is answered, and nothing but that was sent.
  function _requireAnswer(bytes32 id, Deal memory deal, bytes32 seed, bytes calldata samples) private view {
    uint256 cursor;
    for (uint256 i; i < SAMPLES; ++i) {
      uint256 leaf = uint256(keccak256(abi.encodePacked("challenge", seed, id, i))) % deal.leaves;
      cursor = LeafProof.verify(samples, cursor, deal.root, deal.sectors, leaf);
    }
    require(cursor == samples.length, ILeafProof.ProofLength(cursor, samples.length));
  }

  /// @dev R8, token wei, rounded up. A share of the collateral, so that challenging many deals, each from a wallet of its own, costs
  /// in proportion to what it can win; a ladder for whoever challenges from one wallet. Written down when taken: until the
  /// challenge ends the deal's weight may be gone.
  function _bondOf(Deal memory deal) private view returns (uint256) {
    uint256 ahead = _openChallenges[deal.renter][deal.provider][deal.generation];
    uint256 first = Math.max(BOND_UNIT, Rent.bpsUp(UNIT * deal.weight, BOND_BPS));
    return Math.ceilDiv(first * (BOND_STEPS + ahead), BOND_STEPS);
  }
}

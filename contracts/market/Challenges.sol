// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILeafProof} from "../interfaces/ILeafProof.sol";
import {IMarketChallenges} from "../interfaces/IMarketChallenges.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {Challenge, Deal} from "../MarketTypes.sol";
import {DealBook} from "./DealBook.sol";

/// @title The part of the market in which a renter has its own deal proven (R8)
abstract contract Challenges is DealBook {
  /// @inheritdoc IMarketChallenges
  function challenge(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    require(msg.sender == deal.renter || msg.sender == deal.signer, NotParty(id, msg.sender));
    require(deal.leaves != 0, DealIsEmpty(id));
    require(!deal.challenged, DealChallenged(id));
    uint256 period = currentPeriod();
    require(period + 2 <= deal.end, TooLateToChallenge(period, deal.end));
    uint256 ahead = _openChallenges[deal.renter][deal.provider][deal.generation]++;
    _challenges[id] = Challenge({challenger: msg.sender, period: uint32(period), ahead: uint64(ahead)});
    deal.challenged = true;
    _deals[id].write(deal);
    uint256 bond = _bondAfter(ahead);
    emit ChallengeOpened(id, deal.provider, msg.sender, period, bond);
    VAULT.take(msg.sender, bond);
  }

  /// @inheritdoc IMarketChallenges
  function answer(bytes32 id, bytes calldata samples) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    require(deal.challenged, NotChallenged(id));
    _requireAnswer(id, deal, recordSeed(uint256(_challenges[id].period) + 1), samples);
    (, uint256 bond) = _endChallenge(id, deal);
    _deals[id].write(deal);
    _credit(deal.provider, bond / 2);
    _credit(BURN_ACCOUNT, bond - bond / 2);
    emit ChallengeAnswered(id, deal.provider, bond);
  }

  /// @inheritdoc IMarketChallenges
  function challengeOf(bytes32 id) external view returns (Challenge memory) {
    return _challenges[id];
  }

  /// @inheritdoc IMarketChallenges
  function bondOf(address renter, address provider) external view returns (uint256) {
    return _bondAfter(_openChallenges[renter][provider][accountOf(provider).generation]);
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
}

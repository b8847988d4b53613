// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountWord, DefaultWord} from "../libraries/AccountWord.sol";
import {MissLog} from "../libraries/MissLog.sol";
import {StoredDeal} from "../libraries/StoredDeal.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Bond, EpochFees, Parameters} from "../MarketTypes.sol";

/// @title Everything the market remembers
/// @notice All storage of the market is here; the parts that inherit it add none. Sizes are in bytes.
abstract contract MarketStorage {
  /// @dev As the constructor took them, for whoever asks: 32 + 28 + 12. What the verbs need is immutable.
  Parameters internal _parameters;

  /// @dev Seeds on record; zero where there is none. 32
  mapping(uint256 period => bytes32) internal _seeds;

  /// @dev Token wei to be withdrawn. 32
  mapping(address account => uint256) internal _credits;

  /// @dev stake 12 | total 8 | lastProven 4 | syncedThrough 4 | generation 4 = 32
  mapping(address provider => AccountWord) internal _accounts;

  /// @dev count 4 | compensationIndex 16 | lockLimit 12 = 32, and 4 a missed period, 8 of them a word
  mapping(address provider => MissLog.Log) internal _misses;

  /// @dev period 4 | share 12 | compensationIndex 16 = 32
  mapping(address provider => mapping(uint256 generation => DefaultWord)) internal _defaults;

  /// @dev slots 4 | freed 4 | depth 1 = 9, and 32 a node
  mapping(address provider => mapping(uint256 generation => SumTree.Tree)) internal _trees;

  /// @dev The deal in each slot of the tree. 32
  mapping(address provider => mapping(uint256 generation => mapping(uint256 slot => bytes32))) internal _dealInSlot;

  /// @dev Nine words, drawn in `StoredDeal`. 288
  mapping(bytes32 deal => StoredDeal) internal _deals;

  /// @dev challenger 20 | amount 12 = 32
  mapping(bytes32 deal => Bond) internal _bonds;

  /// @dev Challenges of a renter at a provider that are open. 32
  mapping(address renter => mapping(address provider => mapping(uint256 generation => uint256)))
    internal _openChallenges;

  /// @dev paid 16 | collected 1 = 17
  mapping(uint256 epoch => EpochFees) internal _epochFees;

  /// @dev Fees paid, token wei. 32
  mapping(uint256 epoch => mapping(address provider => uint256)) internal _providerFees;

  /// @dev Whether a verb is running in this transaction. 1, transient
  bool internal transient _entered;
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DefaultRecord, ProviderAccount} from "../MarketTypes.sol";
import {MissLog} from "../libraries/MissLog.sol";
import {SumTree} from "../libraries/SumTree.sol";

/// @title Everything the market remembers
/// @notice All storage of the market is here; the parts that inherit it add none. Words of the structs, in bytes:
///
///   ProviderAccount  stake 12 | total 8 | lastProven 4 | syncedThrough 4 | generation 4                       = 32
///   DefaultRecord    period 4 | share 12 | compensationIndex 16                                               = 32
///   Deal 0           root 32                                                                                  = 32
///   Deal 1           leaves 5 | sectors 3 | end 4 | number 8 | slot 4 | generation 4 | status 1               = 29
///   Deal 2           renter 20 | weight 8 | settledThrough 4                                                  = 32
///   Deal 3           provider 20 | maxEnd 4 | maxLeaves 5                                                     = 29
///   Deal 4           signer 20 | signerSince 4                                                                = 24
///   Deal 5           previousSigner 20                                                                        = 20
///   Deal 6           price 16 | egressPrice 16                                                                = 32
///   Deal 7           rate 16 | escrow 16                                                                      = 32
///   Deal 8           compensationIndex 32                                                                     = 32
///
/// A sample of an audit reads three words besides the tree: the deal in the slot, Deal 0 and Deal 1.
abstract contract MarketStorage {
  /// @dev Seeds on record, by period; zero where there is none.
  mapping(uint256 period => bytes32) internal _seeds;

  /// @dev Token wei to be withdrawn.
  mapping(address account => uint256) internal _credits;

  mapping(address provider => ProviderAccount) internal _accounts;

  /// @dev Compensation per unit of weight over all misses so far, token wei.
  mapping(address provider => uint128) internal _compensationIndex;

  mapping(address provider => MissLog.Log) internal _misses;

  mapping(address provider => mapping(uint256 generation => DefaultRecord)) internal _defaults;

  mapping(address provider => mapping(uint256 generation => SumTree.Tree)) internal _trees;

  /// @dev The deal in each slot of the tree.
  mapping(address provider => mapping(uint256 generation => mapping(uint256 slot => bytes32))) internal _dealInSlot;

  mapping(bytes32 deal => Deal) internal _deals;

  /// @dev Whether a verb is running in this transaction.
  bool internal transient _entered;
}

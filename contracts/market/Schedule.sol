// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketSchedule} from "../interfaces/IMarketSchedule.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";
import {Rent} from "../libraries/Rent.sol";
import {Parameters} from "../MarketTypes.sol";
import {MarketStorage} from "./MarketStorage.sol";

/// @title The part of the market that knows parameters, periods and seeds
abstract contract Schedule is MarketStorage, IMarketSchedule {
  /// @inheritdoc IMarketSchedule
  uint256 public immutable genesisBlock;

  uint256 internal immutable PERIOD_BLOCKS;
  uint256 internal immutable WINDOW_BLOCKS;
  uint256 internal immutable SAMPLES;
  uint256 internal immutable COLLATERAL_PERIODS;
  uint256 internal immutable MAX_MISSES;
  uint256 internal immutable COVER_BPS;
  uint256 internal immutable NOTICE_PERIODS;
  uint256 internal immutable UNIT;
  uint256 internal immutable BOUNTY_CAP;
  uint256 internal immutable FEE_BPS;
  uint256 internal immutable EPOCH_PERIODS;
  uint256 internal immutable BOND_UNIT;
  uint256 internal immutable BOND_BPS;
  /// @dev What one miss takes of one unit of weight, token wei: to burn, as bounty, as compensation.
  uint256 internal immutable BURN_PER_WEIGHT;
  uint256 internal immutable BOUNTY_PER_WEIGHT;
  uint256 internal immutable COMPENSATION_PER_WEIGHT;

  /// @param genesis Block at which time begins, not after this one.
  constructor(Parameters memory p, uint256 genesis) {
    genesisBlock = genesis;
    PERIOD_BLOCKS = p.periodBlocks;
    WINDOW_BLOCKS = p.windowBlocks;
    SAMPLES = p.samples;
    COLLATERAL_PERIODS = p.collateralPeriods;
    MAX_MISSES = p.maxMisses;
    COVER_BPS = p.coverBps;
    NOTICE_PERIODS = p.noticePeriods;
    UNIT = p.unit;
    BOUNTY_CAP = p.bountyCap;
    FEE_BPS = p.feeBps;
    EPOCH_PERIODS = p.epochPeriods;
    BOND_UNIT = p.bondUnit;
    BOND_BPS = p.bondBps;
    BURN_PER_WEIGHT = _perWeight(p, p.burnBps);
    BOUNTY_PER_WEIGHT = _perWeight(p, p.bountyBps);
    COMPENSATION_PER_WEIGHT = _perWeight(p, p.compensationBps);
  }

  /// @inheritdoc IMarketSchedule
  function recordSeed(uint256 period) public returns (bytes32 seed) {
    seed = _seeds[period];
    if (seed != 0) return seed;
    seed = seedOf(period);
    _seeds[period] = seed;
    emit SeedRecorded(period, seed);
  }

  /// @inheritdoc IMarketSchedule
  function seedOf(uint256 period) public view returns (bytes32 seed) {
    seed = _seeds[period];
    if (seed != 0) return seed;
    require(period != 0 && period <= currentPeriod(), SeedUnavailable(period));
    bytes32 hash = _chanceOf(firstBlockOf(period));
    require(hash != 0, SeedUnavailable(period));
    return keccak256(abi.encodePacked(hash, period, block.chainid, address(this)));
  }

  /// @inheritdoc IMarketSchedule
  function parameters() external view returns (Parameters memory) {
    return _parameters;
  }

  /// @inheritdoc IMarketSchedule
  function currentPeriod() public view returns (uint256) {
    unchecked {
      return 1 + (block.number - genesisBlock) / PERIOD_BLOCKS;
    }
  }

  /// @inheritdoc IMarketSchedule
  function firstBlockOf(uint256 period) public view returns (uint256) {
    return genesisBlock + (period - 1) * PERIOD_BLOCKS;
  }

  /// @dev Blocks since the first one of the current period.
  function _offset() internal view returns (uint256) {
    unchecked {
      return (block.number - genesisBlock) % PERIOD_BLOCKS;
    }
  }

  /// @dev The epoch of the reward pool that `period` lies in (R11).
  function _epochOf(uint256 period) internal view returns (uint256) {
    return (period - 1) / EPOCH_PERIODS;
  }

  /// @dev The only source of chance (R1): the hash of block `number`, zero unless that is past and its hash can be had.
  /// Whoever builds that block can choose among the hashes it may give it; docs/security.md says at what cost.
  function _chanceOf(uint256 number) internal view returns (bytes32 hash) {
    // Asked too early, even a history contract that lies finds nobody who listens.
    if (number >= block.number) return 0;
    hash = blockhash(number);
    if (hash == 0 && WINDOW_BLOCKS > BlockHistory.BLOCKHASH_AGE) hash = BlockHistory.hashOf(number);
  }

  /// @dev Share of a unit that a miss moves, token wei.
  function _perWeight(Parameters memory p, uint256 bps) private pure returns (uint256) {
    return (uint256(p.unit) * p.missBps * bps) / (Rent.BPS * Rent.BPS);
  }
}

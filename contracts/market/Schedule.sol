// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketSchedule} from "../interfaces/IMarketSchedule.sol";
import {BlockHistory} from "../libraries/BlockHistory.sol";
import {Rent} from "../libraries/Rent.sol";
import {Parameters} from "../MarketTypes.sol";
import {MarketStorage} from "./MarketStorage.sol";

/// @title The part of the market that knows parameters, periods and seeds
abstract contract Schedule is MarketStorage, IMarketSchedule {
  /// @dev Blocks back that the BLOCKHASH instruction reaches.
  uint256 private constant BLOCKHASH_AGE = 256;
  /// @dev Where Arbitrum's chains have the precompile ArbSys.
  address private constant ARB_SYS = address(0x64);

  /// @inheritdoc IMarketSchedule
  uint256 public immutable genesisBlock = block.number;

  uint256 internal immutable PERIOD_BLOCKS;
  uint256 internal immutable WINDOW_BLOCKS;
  uint256 internal immutable SAMPLES;
  uint256 internal immutable COLLATERAL_PERIODS;
  uint256 internal immutable MAX_MISSES;
  uint256 internal immutable COVER_BPS;
  uint256 internal immutable NOTICE_PERIODS;
  uint256 internal immutable UNIT;
  uint256 internal immutable BOUNTY_CAP;
  /// @dev What one miss takes of one unit of weight, token wei: to burn, as bounty, as compensation.
  uint256 internal immutable BURN_PER_WEIGHT;
  uint256 internal immutable BOUNTY_PER_WEIGHT;
  uint256 internal immutable COMPENSATION_PER_WEIGHT;

  constructor(Parameters memory p) {
    _requireSound(p);
    _requireHashes(p.windowBlocks);
    _parameters = p;
    PERIOD_BLOCKS = p.periodBlocks;
    WINDOW_BLOCKS = p.windowBlocks;
    SAMPLES = p.samples;
    COLLATERAL_PERIODS = p.collateralPeriods;
    MAX_MISSES = p.maxMisses;
    COVER_BPS = p.coverBps;
    NOTICE_PERIODS = p.noticePeriods;
    UNIT = p.unit;
    BOUNTY_CAP = p.bountyCap;
    BURN_PER_WEIGHT = _perWeight("burn per weight", p, p.burnBps);
    BOUNTY_PER_WEIGHT = _perWeight("bounty per weight", p, p.bountyBps);
    COMPENSATION_PER_WEIGHT = _perWeight("compensation per weight", p, p.compensationBps);
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
    uint256 first = firstBlockOf(period);
    // Asked too early, even a history contract that lies finds nobody who listens.
    bytes32 hash = first < block.number ? blockhash(first) : bytes32(0);
    if (hash == 0 && first < block.number && WINDOW_BLOCKS > BLOCKHASH_AGE) hash = BlockHistory.hashOf(first);
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

  /// @dev R9.
  function _requireSound(Parameters memory p) private pure {
    uint256 shares = uint256(p.burnBps) + p.bountyBps + p.compensationBps;
    _atLeast("deterrence", uint256(p.samples) * p.missBps * p.collateralPeriods * p.burnBps, Rent.BPS * Rent.BPS);
    _atLeast("sum of shares", shares, Rent.BPS);
    _atLeast("10000 by sum of shares", Rent.BPS, shares);
    _atLeast("10000 by cover and all misses", Rent.BPS, uint256(p.coverBps) + uint256(p.maxMisses) * p.missBps);
    _atLeast("coverBps", p.coverBps, p.missBps);
    _atLeast("windowBlocks", p.windowBlocks, 2);
    _atLeast("periodBlocks", p.periodBlocks, 2 * uint256(p.windowBlocks));
    _atLeast("noticePeriods", p.noticePeriods, 1);
    _atLeast("maxMisses", p.maxMisses, 3);
    _atLeast("unit", p.unit, 1);
  }

  /// @dev R10.
  function _requireHashes(uint256 window) private view {
    require(ARB_SYS.code.length == 0, UnsupportedChain(block.chainid));
    if (window <= BLOCKHASH_AGE) return;
    _atLeast("oldest hash by windowBlocks", BlockHistory.MAX_AGE, window);
    require(BlockHistory.isTrueAt(1), HistoryUnproven(1));
    require(BlockHistory.isTrueAt(255), HistoryUnproven(255));
  }

  /// @dev Share of a unit that a miss moves; refused unless it is whole.
  function _perWeight(string memory name, Parameters memory p, uint256 bps) private pure returns (uint256) {
    uint256 scaled = uint256(p.unit) * p.missBps * bps;
    _atLeast(name, 0, scaled % (Rent.BPS * Rent.BPS));
    return scaled / (Rent.BPS * Rent.BPS);
  }

  function _atLeast(string memory name, uint256 left, uint256 right) private pure {
    require(left >= right, BadParameter(name, left, right));
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketSchedule} from "../interfaces/IMarketSchedule.sol";
import {Parameters} from "../MarketTypes.sol";
import {BlockHistory} from "./BlockHistory.sol";
import {Rent} from "./Rent.sol";

/// @title What the market's constructor refuses (R9, R10)
library Soundness {
  /// @dev Most of the rent that may go to the reward pool, basis points.
  uint256 private constant MAX_FEE_BPS = 200;
  /// @dev Largest bond as a share of the collateral that it is about, basis points: else nobody could afford to ask.
  uint256 private constant MAX_BOND_BPS = 1_000;
  /// @dev Where Arbitrum's chains have the precompile ArbSys.
  address private constant ARB_SYS = address(0x64);
  /// @dev Where the chains of the ZK stack have the system contract that answers for block numbers and hashes.
  address private constant ZK_SYSTEM_CONTEXT = address(0x800b);

  /// @notice R9: reverts `BadParameter` with the inequality that does not hold.
  function requireSound(Parameters memory p) internal pure {
    uint256 shares = uint256(p.burnBps) + p.bountyBps + p.compensationBps;
    _atLeast("deterrence", uint256(p.samples) * p.missBps * p.collateralPeriods * p.burnBps, Rent.BPS * Rent.BPS);
    _atLeast("sum of shares", shares, Rent.BPS);
    _atLeast("10000 by sum of shares", Rent.BPS, shares);
    _atLeast("10000 by cover and all misses", Rent.BPS, uint256(p.coverBps) + uint256(p.maxMisses) * p.missBps);
    _atLeast("coverBps", p.coverBps, p.missBps);
    _atLeast("windowBlocks", p.windowBlocks, 2);
    _atLeast("periodBlocks", p.periodBlocks, 2 * uint256(p.windowBlocks));
    _within("noticePeriods", p.noticePeriods, 1, 1_000);
    _within("maxMisses", p.maxMisses, 3, 50);
    _within("samples", p.samples, 1, 16);
    _within("signatureGas", p.signatureGas, 20_000, 1_000_000);
    _atLeast("200 by feeBps", MAX_FEE_BPS, p.feeBps);
    _atLeast("10000 by feeBurnBps", Rent.BPS, p.feeBurnBps);
    _atLeast("epochPeriods", p.epochPeriods, 1);
    _atLeast("unit", p.unit, 1);
    _atLeast("bondUnit", p.bondUnit, p.unit);
    _atLeast("1000 by bondBps", MAX_BOND_BPS, p.bondBps);
    _requireWhole("burn per weight", p, p.burnBps);
    _requireWhole("bounty per weight", p, p.bountyBps);
    _requireWhole("compensation per weight", p, p.compensationBps);
  }

  /// @notice R10: reverts unless block hashes over `window` blocks are to be had, and are hashes.
  function requireHashes(uint256 window) internal view {
    bool odd = ARB_SYS.code.length != 0 || ZK_SYSTEM_CONTEXT.code.length != 0 || _isMadeOfItsNumber(block.number - 1);
    require(!odd, IMarketSchedule.UnsupportedChain(block.chainid));
    if (window <= BlockHistory.BLOCKHASH_AGE) return;
    _atLeast("oldest hash by windowBlocks", BlockHistory.MAX_AGE, window);
    require(BlockHistory.isTrueAt(1), IMarketSchedule.HistoryUnproven(1));
    require(BlockHistory.isTrueAt(255), IMarketSchedule.HistoryUnproven(255));
  }

  /// @dev Whether the hash of block `number` is one that anybody could have told before, as Scroll's were: of chain id and number.
  function _isMadeOfItsNumber(uint256 number) private view returns (bool) {
    return blockhash(number) == keccak256(abi.encodePacked(uint64(block.chainid), uint64(number)));
  }

  /// @dev What a miss moves of a unit is whole.
  function _requireWhole(string memory name, Parameters memory p, uint256 bps) private pure {
    _atLeast(name, 0, (uint256(p.unit) * p.missBps * bps) % (Rent.BPS * Rent.BPS));
  }

  function _within(string memory name, uint256 value, uint256 min, uint256 max) private pure {
    _atLeast(name, value, min);
    _atLeast(string.concat("most ", name), max, value);
  }

  function _atLeast(string memory name, uint256 left, uint256 right) private pure {
    require(left >= right, IMarketSchedule.BadParameter(name, left, right));
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "./DataSets.sol";
import {DealFixture} from "./DealFixture.sol";

/// @notice What the tests of direct challenges and vouchers share: Alice's deal with Bob, challenged, answered and expired.
abstract contract ChallengeFixture is DealFixture {
  using DataSets for DataSets.DataSet;

  function challengeBy(address caller, bytes32 id) internal {
    vm.prank(caller);
    market.challenge(id);
  }

  /// @notice Honest samples for the challenge of `id`, which was opened in `period_`.
  function answerOf(bytes32 id, uint256 period_) internal view returns (bytes memory samples) {
    bytes32 seed = market.seedOf(period_ + 1);
    DataSets.DataSet memory set = stored[id];
    for (uint256 i; i < market.parameters().samples; ++i) {
      uint256 leaf = uint256(keccak256(abi.encodePacked("challenge", seed, id, i))) % set.totalLeaves();
      samples = bytes.concat(samples, set.prove(leaf));
    }
  }

  function answer(bytes32 id) internal {
    bytes memory samples = answerOf(id, market.challengeOf(id).period);
    market.answer(id, samples);
  }

  /// @notice Bond of a challenge while `ahead` others of the same renter are open at the provider.
  function bondAfter(uint256 ahead) internal pure returns (uint256) {
    return (UNIT * (8 + ahead) + 7) / 8;
  }

  /// @notice A voucher over `amount`, signed by `key`.
  function voucher(uint256 key, bytes32 id, uint128 amount) internal view returns (bytes memory) {
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, market.voucherDigestOf(id, amount));
    return abi.encodePacked(r, s, v);
  }

  function redeem(bytes32 id, uint128 amount) internal {
    bytes memory signature = voucher(alice.hotKey, id, amount);
    market.redeem(id, amount, signature);
  }

  function isChallenged(bytes32 id) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.DealChallenged.selector, id);
  }

  function notChallenged(bytes32 id) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.NotChallenged.selector, id);
  }

  function rentLeft(bytes32 id) internal view returns (uint256) {
    Deal memory deal = market.dealOf(id);
    return deal.rate * (deal.end - 1 - deal.settledThrough);
  }
}

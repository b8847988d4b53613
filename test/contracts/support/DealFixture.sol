// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, DealStatus, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "./DataSets.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @notice What the tests of the verbs on a deal share: Alice's short deal with Bob, and why a call is refused.
abstract contract DealFixture is MarketFixture {
  /// Collateral of one leaf, units of weight.
  uint256 internal constant WEIGHT = 9;

  /// @notice Alice stores one leaf with Bob; `end` is the first unpaid period.
  function storeUntil(uint256 end) internal returns (bytes32 id) {
    id = openDeal(alice, bob, "data");
    DataSets.DataSet memory set = DataSets.make("data", 1, 1);
    Revision memory revision = revisionOf(id, set);
    revision.end = uint32(end);
    commitRevision(alice, bob, revision);
    stored[id] = set;
  }

  /// @notice The next revision of `id` with another price, token wei per GiB-period, over `leaves` leaves of its own.
  function pricedRevision(
    bytes32 id,
    uint128 price,
    uint40 leaves,
    uint24 sectors
  ) internal returns (Revision memory revision) {
    DataSets.DataSet memory set = DataSets.make("data", sectors, leaves / sectors);
    revision = revisionOf(id, set);
    revision.price = price;
    stored[id] = set;
  }

  /// @notice Bob and Alice agree that `id` stores nothing.
  function emptyDeal(bytes32 id) internal {
    DataSets.DataSet memory none;
    commitRevision(alice, bob, revisionOf(id, none));
  }

  /// @notice The digest of a struct with hash `structHash` as EIP-712 has it, written out.
  function typedDigest(bytes32 structHash) internal view returns (bytes32) {
    bytes32 domain = keccak256(
      abi.encode(
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
        keccak256("Holdfast"),
        keccak256("1"),
        block.chainid,
        address(market)
      )
    );
    return keccak256(abi.encodePacked(hex"1901", domain, structHash));
  }

  function cancelBy(address caller, bytes32 id) internal {
    vm.prank(caller);
    market.cancel(id);
  }

  function requireClosed(bytes32 id) internal view {
    Deal memory deal = market.dealOf(id);
    check(deal.status == DealStatus.Closed, "closed for good");
    check(deal.weight == 0 && deal.leaves == 0 && deal.sectors == 0 && deal.root == 0, "nothing is stored");
    check(deal.escrow == 0 && deal.rate == 0, "nothing is left to pay");
  }

  function unknown(bytes32 id) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.DealUnknown.selector, id);
  }

  function isClosed(bytes32 id) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.DealIsClosed.selector, id);
  }

  function isDefaulted(bytes32 id) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.DealDefaulted.selector, id);
  }

  function notParty(bytes32 id, address caller) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.NotParty.selector, id, caller);
  }

  function frozen() internal view returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.Frozen.selector, bob.account, period());
  }

  function notProven() internal view returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.NotProven.selector, bob.account, period());
  }
}

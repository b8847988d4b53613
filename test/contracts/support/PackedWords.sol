// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {AccountWord, DefaultWord, toAccountWord, toDefaultWord} from "../../../contracts/libraries/AccountWord.sol";
import {StoredDeal} from "../../../contracts/libraries/StoredDeal.sol";
import {SumTree} from "../../../contracts/libraries/SumTree.sol";
import {Deal, DefaultRecord, ProviderAccount} from "../../../contracts/MarketTypes.sol";

/// @notice Shows the words that come of a struct, for whoever compares them with a drawing. To be called, not sent.
contract PackedWords {
  using SumTree for SumTree.Tree;

  StoredDeal private stored;
  SumTree.Tree private tree;

  function wordsOfDeal(Deal calldata deal) external returns (uint256[] memory words) {
    stored.write(deal);
    stored.setRedeemed(deal.redeemed);
    stored.setIndex(deal.compensationIndex, deal.egressPrice);
    stored.setPrevious(deal.previousSigner, deal.signerSince);
    words = new uint256[](9);
    for (uint256 i; i < words.length; ++i) words[i] = storedWord(i);
  }

  function wordsOfProviderAccount(ProviderAccount calldata account) external pure returns (uint256[] memory words) {
    words = new uint256[](1);
    words[0] = AccountWord.unwrap(toAccountWord(account));
  }

  function wordsOfDefaultRecord(DefaultRecord calldata record) external pure returns (uint256[] memory words) {
    words = new uint256[](1);
    words[0] = DefaultWord.unwrap(toDefaultWord(record.period, record.share, record.compensationIndex));
  }

  /// @notice The lowest node of a tree whose fifth slot holds nothing, and the one above it.
  function nodesOfTree(uint64[4] calldata weights) external returns (uint256 lowest, uint256 above) {
    for (uint256 i; i < 5; ++i) tree.take();
    for (uint256 i; i < 4; ++i) tree.update(i, 0, weights[i]);
    return (tree.nodes[0], tree.nodes[1 << 32]);
  }

  function storedWord(uint256 index) private view returns (uint256 word) {
    assembly ("memory-safe") {
      word := sload(add(stored.slot, index))
    }
  }
}

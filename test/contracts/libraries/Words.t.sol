// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DefaultWord, toAccountWord, toDefaultWord} from "../../../contracts/libraries/AccountWord.sol";
import {Rent} from "../../../contracts/libraries/Rent.sol";
import {StoredDeal} from "../../../contracts/libraries/StoredDeal.sol";
import {Deal, DefaultRecord, ProviderAccount} from "../../../contracts/MarketTypes.sol";
import {Checks} from "../support/Checks.sol";

/// @notice What goes into packed words comes out of them, for every value.
contract WordsTest is Checks {
  uint256 private constant FIELDS = 25;

  StoredDeal private stored;

  function test_accountWord_succeedsIfUnpackedAsPacked(ProviderAccount memory account) public pure {
    bytes memory back = abi.encode(toAccountWord(account).toAccount());
    checkEq(keccak256(back), keccak256(abi.encode(account)), "every field of an account");
  }

  function test_defaultWord_succeedsIfUnpackedAsPacked(DefaultRecord memory record) public pure {
    DefaultWord word = toDefaultWord(record.period, record.share, record.compensationIndex);
    checkEq(keccak256(abi.encode(word.toRecord())), keccak256(abi.encode(record)), "every field of a default");
  }

  function test_storedDeal_succeedsIfReadAsWritten(uint256 seed) public {
    Deal memory first = anyDeal(seed);
    Deal memory second = anyDeal(uint256(keccak256(abi.encode(seed))));
    uint96 redeemed = second.redeemed;
    store(first);
    checkEq(keccak256(abi.encode(stored.readAll())), keccak256(abi.encode(first)), "every field of a deal");
    store(second);
    checkEq(keccak256(abi.encode(stored.readAll())), keccak256(abi.encode(second)), "nothing of the old one stays");
    (second.previousSigner, second.signerSince, second.redeemed) = (address(0), 0, 0);
    (second.compensationIndex, second.egressPrice) = (0, 0);
    checkEq(keccak256(abi.encode(stored.read())), keccak256(abi.encode(second)), "what most verbs read of it");
    stored.write(first);
    checkEq(stored.readAll().redeemed, redeemed, "write leaves alone what read leaves out");
    stored.write(second);
    (bytes32 root, uint256 leaves, uint256 sectors) = stored.dataSetOf();
    checkEq(root, second.root, "the root that an audit reads");
    checkEq(leaves, second.leaves, "the leaves that an audit reads");
    checkEq(sectors, second.sectors, "the sectors that an audit reads");
  }

  /// @dev Each field at its edges, and at its highest bit alone, between neighbours that are all zeros or all ones.
  function test_storedDeal_succeedsAtTheEdgesOfEachField() public {
    for (uint256 field; field < FIELDS; ++field) {
      for (uint256 edge; edge < 5; ++edge) {
        requireRoundTrip(dealWith(field, edge, false));
        requireRoundTrip(dealWith(field, edge, true));
      }
    }
  }

  function test_accountWord_succeedsAtTheEdgesOfEachField() public pure {
    uint8[5] memory bits = [96, 64, 32, 32, 32];
    for (uint256 i; i < 50; ++i) {
      uint256[5] memory words;
      for (uint256 k; k < 5; ++k) words[k] = i % 2 == 0 ? 0 : edgeOf(bits[k], 4);
      words[i / 10] = edgeOf(bits[i / 10], (i / 2) % 5);
      ProviderAccount memory account = abi.decode(abi.encode(words), (ProviderAccount));
      bytes memory back = abi.encode(toAccountWord(account).toAccount());
      checkEq(keccak256(back), keccak256(abi.encode(words)), "every field of an account");
    }
  }

  function test_defaultWord_succeedsAtTheEdgesOfEachField() public pure {
    uint8[3] memory bits = [32, 96, 128];
    for (uint256 i; i < 30; ++i) {
      uint256[3] memory words;
      for (uint256 k; k < 3; ++k) words[k] = i % 2 == 0 ? 0 : edgeOf(bits[k], 4);
      words[i / 10] = edgeOf(bits[i / 10], (i / 2) % 5);
      bytes memory back = abi.encode(toDefaultWord(words[0], words[1], words[2]).toRecord());
      checkEq(keccak256(back), keccak256(abi.encode(words)), "every field of a default");
    }
  }

  function requireRoundTrip(Deal memory deal) private {
    store(deal);
    checkEq(keccak256(abi.encode(stored.readAll())), keccak256(abi.encode(deal)), "every field of a deal");
  }

  function dealWith(uint256 field, uint256 edge, bool full) private pure returns (Deal memory) {
    uint256[FIELDS] memory words;
    for (uint256 i; i < FIELDS; ++i) words[i] = full ? edgeOf(bitsOf(i), 4) : 0;
    words[field] = edgeOf(bitsOf(field), edge);
    return dealOf(words);
  }

  /// @dev 0, 1, the highest bit, the largest but one, the largest.
  function edgeOf(uint256 bits, uint256 edge) private pure returns (uint256) {
    uint256 most = bits == 256 ? type(uint256).max : (1 << bits) - 1;
    return [0, 1, most / 2 + 1, most - 1, most][edge];
  }

  function store(Deal memory deal) private {
    stored.write(deal);
    stored.setRedeemed(deal.redeemed);
    stored.setPrevious(deal.previousSigner, deal.signerSince);
    stored.setIndex(deal.compensationIndex, deal.egressPrice);
  }

  /// @dev A random value in the whole width of each field.
  function anyDeal(uint256 seed) private pure returns (Deal memory) {
    uint256[FIELDS] memory words;
    for (uint256 i; i < FIELDS; ++i) words[i] = uint256(keccak256(abi.encode(seed, i))) >> (256 - bitsOf(i));
    return dealOf(words);
  }

  /// @dev The rate is what price and leaves make it.
  function dealOf(uint256[FIELDS] memory words) private pure returns (Deal memory deal) {
    deal = abi.decode(abi.encode(words), (Deal));
    deal.rate = uint128(Rent.rateUp(deal.price, deal.leaves));
  }

  /// @dev Of the fields of a deal, in their order.
  function bitsOf(uint256 field) private pure returns (uint256) {
    uint16[FIELDS] memory bits = [
      256,
      40,
      24,
      32,
      64,
      32,
      32,
      2,
      32,
      160,
      64,
      32,
      160,
      32,
      40,
      160,
      96,
      96,
      160,
      32,
      128,
      128,
      128,
      128,
      128
    ];
    return bits[field];
  }
}

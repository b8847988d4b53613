// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DefaultWord, toAccountWord, toDefaultWord} from "../../../contracts/libraries/AccountWord.sol";
import {Rent} from "../../../contracts/libraries/Rent.sol";
import {StoredDeal} from "../../../contracts/libraries/StoredDeal.sol";
import {Deal, DefaultRecord, ProviderAccount} from "../../../contracts/MarketTypes.sol";
import {Checks} from "../support/Checks.sol";

/// @notice What goes into packed words comes out of them, for every value.
contract WordsTest is Checks {
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

  function store(Deal memory deal) private {
    stored.write(deal);
    stored.setRedeemed(deal.redeemed);
    stored.setPrevious(deal.previousSigner, deal.signerSince);
    stored.setIndex(deal.compensationIndex, deal.egressPrice);
  }

  /// @dev A random value in the whole width of each field.
  function anyDeal(uint256 seed) private pure returns (Deal memory deal) {
    uint256[25] memory words;
    uint8[25] memory bits = [
      0,
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
    for (uint256 i; i < 25; ++i) {
      words[i] = uint256(keccak256(abi.encode(seed, i)));
      if (bits[i] != 0) words[i] >>= 256 - bits[i];
    }
    deal = abi.decode(abi.encode(words), (Deal));
    deal.rate = uint128(Rent.rateUp(deal.price, deal.leaves));
  }
}

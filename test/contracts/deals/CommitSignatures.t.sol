// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice Who must have signed a revision, and what the signature is good for (R12).
contract CommitSignaturesTest is DealFixture {
  uint256 private constant CURVE_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

  bytes32 private id;
  Revision private revision;
  bytes private byAlice;
  bytes private byBob;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "data");
    revision = revisionOf(id, DataSets.make("data", 1, 1));
    byAlice = sign(alice.hotKey, revision);
    byBob = sign(bob.hotKey, revision);
  }

  function test_commit_succeedsIfAnybodyPostsIt(address poster) public {
    vm.prank(poster);
    market.commit(revision, byAlice, byBob);
    checkEq(market.dealOf(id).number, 1, "the signatures count, not who posts them");
  }

  function test_commit_succeedsIfDigestIsThatOfTheStandard(Revision memory any) public view {
    string memory type_ =
      "Revision(bytes32 deal,uint64 number,bytes32 root,uint40 leaves,uint24 sectors,"
      "uint32 end,uint128 price,uint32 validUntil)";
    bytes32 struct_ = keccak256(
      abi.encode(
        keccak256(bytes(type_)),
        any.deal,
        any.number,
        any.root,
        any.leaves,
        any.sectors,
        any.end,
        any.price,
        any.validUntil
      )
    );
    checkEq(market.digestOf(any), typedDigest(struct_), "EIP-712");
  }

  function test_commit_failsIfAnotherKeySignedForTheRenter(uint256 key) public {
    key = bound(key, 1, CURVE_ORDER - 1);
    vm.assume(key != alice.hotKey);
    refuse(badSignature("renter", alice.hot, vm.addr(key)), sign(key, revision), byBob);
    refuse(badSignature("renter", alice.hot, alice.account), sign(alice.key, revision), byBob);
    refuse(badSignature("renter", alice.hot, bob.hot), byBob, byAlice);
  }

  function test_commit_failsIfAnotherKeySignedForTheProvider(uint256 key) public {
    key = bound(key, 1, CURVE_ORDER - 1);
    vm.assume(key != bob.hotKey);
    refuse(badSignature("provider", bob.hot, vm.addr(key)), byAlice, sign(key, revision));
    refuse(badSignature("provider", bob.hot, bob.account), byAlice, sign(bob.key, revision));
    refuse(badSignature("provider", bob.hot, alice.hot), byAlice, byAlice);
  }

  function test_commit_failsIfAnOldSignerSigned() public {
    vm.prank(alice.account);
    market.setSigner(id, carol.hot);
    refuse(badSignature("renter", carol.hot, alice.hot), byAlice, byBob);
    market.commit(revision, sign(carol.hotKey, revision), byBob);
    checkEq(market.dealOf(id).number, 1, "the new key signs at once");
  }

  function test_commit_failsIfAnOldOperatorSigned() public {
    vm.prank(bob.account);
    registry.setOperator(dave.hot);
    refuse(badSignature("provider", dave.hot, bob.hot), byAlice, byBob);
    market.commit(revision, byAlice, sign(dave.hotKey, revision));
    checkEq(market.dealOf(id).number, 1, "the new operator signs at once");
  }

  function test_commit_failsIfMalleated() public {
    refuse(badSignature("renter", alice.hot, address(0)), malleated(byAlice), byBob);
    refuse(badSignature("provider", bob.hot, address(0)), byAlice, malleated(byBob));
  }

  function test_commit_failsIfNoSignature(bytes memory junk) public {
    if (junk.length == 65) junk = bytes.concat(junk, hex"00");
    refuse(badSignature("renter", alice.hot, address(0)), junk, byBob);
    refuse(badSignature("provider", bob.hot, address(0)), byAlice, junk);
    refuse(badSignature("renter", alice.hot, address(0)), "", byBob);
    refuse(badSignature("provider", bob.hot, address(0)), byAlice, "");
    refuse(badSignature("renter", alice.hot, address(0)), bytes.concat(byAlice, hex"00"), byBob);
  }

  function test_commit_failsIfTheRecoveryByteIsWrong(uint8 v) public {
    vm.assume(v != 27 && v != 28);
    bytes memory signature = byAlice;
    signature[64] = bytes1(v);
    refuse(badSignature("renter", alice.hot, address(0)), signature, byBob);
  }

  function test_commit_failsIfSignedForAnotherChain(uint64 chain) public {
    uint256 here = block.chainid;
    chain = uint64(bound(chain, 1, type(uint64).max - 1));
    vm.assume(chain != here);
    vm.chainId(chain);
    bytes memory renterElsewhere = sign(alice.hotKey, revision);
    bytes memory providerElsewhere = sign(bob.hotKey, revision);
    vm.chainId(here);
    refuse(badSignature("renter", alice.hot, recovered(renterElsewhere)), renterElsewhere, byBob);
    refuse(badSignature("provider", bob.hot, recovered(providerElsewhere)), byAlice, providerElsewhere);
  }

  function test_commit_failsIfSignedForAnotherMarket() public {
    IStorageMarket here = market;
    deployMarket(devnet());
    bytes memory renterElsewhere = sign(alice.hotKey, revision);
    bytes memory providerElsewhere = sign(bob.hotKey, revision);
    market = here;
    refuse(badSignature("renter", alice.hot, recovered(renterElsewhere)), renterElsewhere, byBob);
    refuse(badSignature("provider", bob.hot, recovered(providerElsewhere)), byAlice, providerElsewhere);
  }

  function test_commit_failsIfAnyFieldWasChanged(uint8 field) public {
    field = uint8(bound(field, 0, 6));
    if (field == 0) revision.number += 1;
    else if (field == 1) revision.root = keccak256("other data");
    else if (field == 2) revision.leaves += 1;
    else if (field == 3) (revision.leaves, revision.sectors) = (2, 2);
    else if (field == 4) revision.end -= 1;
    else if (field == 5) revision.price -= 1;
    else revision.validUntil -= 1;
    refuse(badSignature("renter", alice.hot, recovered(byAlice)), byAlice, byBob);
    bytes memory again = sign(alice.hotKey, revision);
    refuse(badSignature("provider", bob.hot, recovered(byBob)), again, byBob);
  }

  function test_commit_failsIfSignedForAnotherDeal() public {
    bytes32 other = openDeal(alice, bob, "other");
    revision.deal = other;
    refuse(badSignature("renter", alice.hot, recovered(byAlice)), byAlice, byBob);
  }

  function test_commit_failsIfReplayed() public {
    market.commit(revision, byAlice, byBob);
    refuse(abi.encodeWithSelector(IDealSignals.StaleRevision.selector, 1, 1), byAlice, byBob);
  }

  /// @dev Whom the market takes for the signer of the revision as it is now.
  function recovered(bytes memory signature) private view returns (address) {
    (bytes32 r, bytes32 s, uint8 v) = parts(signature);
    return ecrecover(market.digestOf(revision), v, r, s);
  }

  /// @dev The other signature that the same key and digest have.
  function malleated(bytes memory signature) private pure returns (bytes memory) {
    (bytes32 r, bytes32 s, uint8 v) = parts(signature);
    return abi.encodePacked(r, bytes32(CURVE_ORDER - uint256(s)), v == 27 ? uint8(28) : uint8(27));
  }

  function parts(bytes memory signature) private pure returns (bytes32 r, bytes32 s, uint8 v) {
    assembly ("memory-safe") {
      r := mload(add(signature, 32))
      s := mload(add(signature, 64))
      v := byte(0, mload(add(signature, 96)))
    }
  }

  function badSignature(string memory side, address expected, address recovered_) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.BadSignature.selector, side, expected, recovered_);
  }

  function refuse(bytes memory reason, bytes memory renterSignature, bytes memory providerSignature) private {
    vm.expectRevert(reason);
    market.commit(revision, renterSignature, providerSignature);
  }
}

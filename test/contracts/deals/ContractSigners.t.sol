// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice What a contract answers when it is asked for its signature.
contract Wallet {
  enum Manner {
    Honest,
    Other,
    Short,
    Long,
    Revert,
    BurnGas
  }

  bytes32 private immutable DIGEST;
  Manner private immutable MANNER;

  constructor(bytes32 digest, Manner manner) {
    DIGEST = digest;
    MANNER = manner;
  }

  function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
    bytes32 magic = bytes32(this.isValidSignature.selector);
    Manner manner = MANNER;
    if (manner == Manner.Revert) revert("no");
    if (manner == Manner.BurnGas) while (true) {}
    if (manner == Manner.Other || digest != DIGEST || keccak256(signature) != keccak256("by the wallet")) {
      return 0xffffffff;
    }
    uint256 size =
      manner == Manner.Short
        ? 4
        : manner == Manner.Long
          ? 100_000
          : 32;
    assembly {
      mstore(0, magic)
      return(0, size)
    }
  }
}

/// @notice Revisions that a contract signs (R12).
contract ContractSignersTest is DealFixture {
  uint256 private constant SIGNATURE_GAS = 100_000;

  bytes32 private id;
  Revision private revision;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "data");
    revision = revisionOf(id, DataSets.make("data", 1, 1));
  }

  function test_commit_succeedsIfTheRentersContractSigned() public {
    signer(Wallet.Manner.Honest);
    market.commit(revision, "by the wallet", sign(bob.hotKey, revision));
    checkEq(market.dealOf(id).number, 1, "a wallet of code can rent");
  }

  function test_commit_succeedsIfTheProvidersContractSigned() public {
    address wallet = address(new Wallet(market.digestOf(revision), Wallet.Manner.Honest));
    vm.prank(bob.account);
    registry.setOperator(wallet);
    market.commit(revision, sign(alice.hotKey, revision), "by the wallet");
    checkEq(market.dealOf(id).number, 1, "a wallet of code can provide");
  }

  function test_commit_succeedsIfTheAnswerIsLong() public {
    signer(Wallet.Manner.Long);
    market.commit(revision, "by the wallet", sign(bob.hotKey, revision));
    checkEq(market.dealOf(id).number, 1, "only 32 bytes of it are read");
  }

  function test_commit_failsIfTheContractDoesNotSayYes(uint8 manner) public {
    uint8[4] memory manners = [
      uint8(Wallet.Manner.Other),
      uint8(Wallet.Manner.Short),
      uint8(Wallet.Manner.Revert),
      uint8(Wallet.Manner.BurnGas)
    ];
    address wallet = signer(Wallet.Manner(manners[manner % 4]));
    bytes memory byBob = sign(bob.hotKey, revision);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadSignature.selector, "renter", wallet, address(0)));
    market.commit(revision, "by the wallet", byBob);
  }

  function test_commit_failsIfTheContractSignedSomethingElse() public {
    address wallet = signer(Wallet.Manner.Honest);
    revision.root = keccak256("other data");
    bytes memory byBob = sign(bob.hotKey, revision);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadSignature.selector, "renter", wallet, address(0)));
    market.commit(revision, "by the wallet", byBob);
  }

  function test_erc1271GasBomb_failsCheaply() public {
    signer(Wallet.Manner.BurnGas);
    bytes[] memory calls = new bytes[](1);
    calls[0] = abi.encodeCall(market.commit, (revision, "by the wallet", sign(bob.hotKey, revision)));
    uint256 before = gasleft();
    market.batch(calls, 5_000_000);
    uint256 used = before - gasleft();
    check(used < 2 * SIGNATURE_GAS + 100_000, "a signer burns no more than what it is given");
    checkEq(market.dealOf(id).number, 0, "and signs nothing by it");
  }

  function test_commit_succeedsIfAKeyWithCodeSigned() public {
    vm.etch(alice.hot, hex"fe");
    market.commit(revision, sign(alice.hotKey, revision), sign(bob.hotKey, revision));
    checkEq(market.dealOf(id).number, 1, "ECDSA first, whatever the code at the address");
  }

  function signer(Wallet.Manner manner) private returns (address wallet) {
    wallet = address(new Wallet(market.digestOf(revision), manner));
    vm.prank(alice.account);
    market.setSigner(id, wallet);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LeafProof} from "../../contracts/libraries/LeafProof.sol";
import {Rent} from "../../contracts/libraries/Rent.sol";
import {Digests} from "../../contracts/libraries/Digests.sol";
import {SumTree} from "../../contracts/libraries/SumTree.sol";
import {Revision} from "../../contracts/MarketTypes.sol";
import {ChallengeFixture} from "./support/ChallengeFixture.sol";
import {Checks} from "./support/Checks.sol";

/// @notice The libraries at an address of their own: calldata is calldata, and the digest's contract can be any.
contract VectorHarness {
  function verify(bytes calldata sample, bytes32 root, uint256 sectors, uint256 leaf) external view returns (uint256) {
    return LeafProof.verify(sample, 0, root, sectors, leaf);
  }

  function digestOf(Revision memory revision) external view returns (bytes32) {
    return Digests.ofRevision(revision);
  }

  function voucherDigestOf(bytes32 deal, uint128 amount) external view returns (bytes32) {
    return Digests.ofVoucher(deal, amount);
  }
}

/// @notice The files of `test/vectors`, which the TypeScript tests read too: so the twins cannot drift apart.
contract VectorsTest is Checks {
  using SumTree for SumTree.Tree;

  VectorHarness private harness = new VectorHarness();
  SumTree.Tree private tree;

  function test_dataSets_everySampleVerifies() public view {
    string memory json = _file("data-sets");
    uint8[8] memory samples = [0, 1, 1, 4, 7, 4, 13, 48];
    for (uint256 set; set < samples.length; ++set) {
      string memory entry = string.concat("$[", vm.toString(set), "]");
      bytes32 root = vm.parseJsonBytes32(json, string.concat(entry, ".root"));
      uint256 sectors = vm.parseJsonUint(json, string.concat(entry, ".sectors"));
      for (uint256 i; i < samples[set]; ++i) {
        string memory key = string.concat(entry, ".samples[", vm.toString(i), "]");
        uint256 position = vm.parseJsonUint(json, string.concat(key, ".position"));
        bytes memory sample = vm.parseJsonBytes(json, string.concat(key, ".bytes"));
        checkEq(harness.verify(sample, root, sectors, position), sample.length, "the sample verifies to its end");
      }
    }
  }

  function test_draws_seedAndDealIdAreTheFiles() public view {
    string memory json = _file("draws");
    address market = _address(json, "$.market");
    uint256 chain = vm.parseJsonUint(json, "$.chainId");
    bytes32 first = vm.parseJsonBytes32(json, "$.blockHash");
    bytes32 seed = keccak256(abi.encodePacked(first, vm.parseJsonUint(json, "$.period"), chain, market));
    checkEq(seed, vm.parseJsonBytes32(json, "$.seed"), "seed");
    address renter = _address(json, "$.renter");
    bytes32 salt = vm.parseJsonBytes32(json, "$.salt");
    bytes32 deal = keccak256(abi.encodePacked(chain, market, renter, _address(json, "$.provider"), salt));
    checkEq(deal, vm.parseJsonBytes32(json, "$.deal"), "deal id");
  }

  function test_draws_slotsAndLeavesAreTheFiles() public {
    string memory json = _file("draws");
    uint256[] memory weights = vm.parseJsonUintArray(json, "$.weights");
    uint256 total;
    for (uint256 i; i < weights.length; ++i) {
      tree.update(tree.take(), 0, weights[i]);
      total += weights[i];
    }
    checkEq(total, vm.parseJsonUint(json, "$.total"), "total weight");
    for (uint256 i; i < 32; ++i) _checkDraw(json, i, total);
  }

  function test_rent_ratesWeightsEscrowsAndSharesAreTheFiles() public view {
    string memory json = _file("rent");
    uint256 unit = vm.parseJsonUint(json, "$.parameters.unit");
    uint256 periods = vm.parseJsonUint(json, "$.parameters.collateralPeriods");
    for (uint256 i; i < 11; ++i) {
      string memory entry = string.concat("$.rates[", vm.toString(i), "]");
      uint256 leaves = vm.parseJsonUint(json, string.concat(entry, ".leaves"));
      uint256 rate = Rent.rateUp(vm.parseJsonUint(json, string.concat(entry, ".price")), leaves);
      checkEq(rate, vm.parseJsonUint(json, string.concat(entry, ".rate")), "rate");
      uint256 weight = leaves == 0 ? 0 : Rent.weightUp(rate, periods, unit);
      checkEq(weight, vm.parseJsonUint(json, string.concat(entry, ".weight")), "weight");
    }
    for (uint256 i; i < 3; ++i) {
      string memory entry = string.concat("$.escrows[", vm.toString(i), "]");
      uint256 needed = Rent.reserved(
        vm.parseJsonUint(json, string.concat(entry, ".rate")),
        vm.parseJsonUint(json, string.concat(entry, ".period")),
        vm.parseJsonUint(json, string.concat(entry, ".end"))
      );
      checkEq(needed, vm.parseJsonUint(json, string.concat(entry, ".needed")), "escrow that a commit needs");
    }
    for (uint256 i; i < 5; ++i) {
      string memory entry = string.concat("$.defaults[", vm.toString(i), "]");
      uint256 share = Rent.coverDown(
        vm.parseJsonUint(json, string.concat(entry, ".stake")),
        vm.parseJsonUint(json, string.concat(entry, ".total")),
        unit
      );
      checkEq(share, vm.parseJsonUint(json, string.concat(entry, ".share")), "share of a default");
    }
  }

  function test_digests_revisionsAreSignedAsTheFileSays() public {
    string memory json = _file("digests");
    for (uint256 i; i < 3; ++i) {
      string memory entry = string.concat("$.revisions[", vm.toString(i), "]");
      address market = _address(json, string.concat(entry, ".market"));
      vm.chainId(vm.parseJsonUint(json, string.concat(entry, ".chainId")));
      vm.etch(market, address(harness).code);
      bytes32 digest = VectorHarness(market).digestOf(_revision(json, entry));
      checkEq(digest, vm.parseJsonBytes32(json, string.concat(entry, ".digest")), "digest");
    }
  }

  function test_digests_vouchersAreSignedAsTheFileSays() public {
    string memory json = _file("digests");
    for (uint256 i; i < 3; ++i) {
      string memory entry = string.concat("$.vouchers[", vm.toString(i), "]");
      address market = _address(json, string.concat(entry, ".market"));
      vm.chainId(vm.parseJsonUint(json, string.concat(entry, ".chainId")));
      vm.etch(market, address(harness).code);
      bytes32 digest = VectorHarness(market).voucherDigestOf(
        vm.parseJsonBytes32(json, string.concat(entry, ".deal")),
        uint128(vm.parseJsonUint(json, string.concat(entry, ".amount")))
      );
      checkEq(digest, vm.parseJsonBytes32(json, string.concat(entry, ".digest")), "digest of a voucher");
    }
  }

  function _checkDraw(string memory json, uint256 i, uint256 total) private view {
    string memory entry = string.concat("$.samples[", vm.toString(i), "]");
    bytes32 seed = vm.parseJsonBytes32(json, "$.seed");
    uint256 random = uint256(keccak256(abi.encodePacked("audit", seed, _address(json, "$.provider"), i)));
    checkEq(bytes32(random), vm.parseJsonBytes32(json, string.concat(entry, ".random")), "random word");
    uint256 slot = tree.draw(uint128(random) % total);
    checkEq(slot, vm.parseJsonUint(json, string.concat(entry, ".slot")), "drawn slot");
    uint256 leaf = (random >> 128) % vm.parseJsonUintArray(json, "$.leaves")[slot];
    checkEq(leaf, vm.parseJsonUint(json, string.concat(entry, ".leaf")), "drawn leaf");
  }

  function _revision(string memory json, string memory entry) private pure returns (Revision memory) {
    return
      Revision({
        deal: vm.parseJsonBytes32(json, string.concat(entry, ".deal")),
        number: uint64(vm.parseJsonUint(json, string.concat(entry, ".number"))),
        root: vm.parseJsonBytes32(json, string.concat(entry, ".root")),
        leaves: uint40(vm.parseJsonUint(json, string.concat(entry, ".leaves"))),
        sectors: uint24(vm.parseJsonUint(json, string.concat(entry, ".sectors"))),
        end: uint32(vm.parseJsonUint(json, string.concat(entry, ".end"))),
        price: uint128(vm.parseJsonUint(json, string.concat(entry, ".price"))),
        validUntil: uint32(vm.parseJsonUint(json, string.concat(entry, ".validUntil")))
      });
  }

  function _address(string memory json, string memory key) private pure returns (address) {
    return address(bytes20(vm.parseJsonBytes(json, key)));
  }

  function _file(string memory name) private view returns (string memory) {
    return vm.readFile(string.concat(vm.projectRoot(), "/test/vectors/", name, ".json"));
  }
}

/// @notice What the market asks of challenged deals and their renters, beside the file that the node reads.
contract ChallengeVectorsTest is ChallengeFixture {
  function test_challenges_samplesAreTheFiles() public view {
    string memory json = _file();
    bytes32 seed = vm.parseJsonBytes32(json, "$.seed");
    bytes32 deal = vm.parseJsonBytes32(json, "$.deal");
    for (uint256 i; i < 35; ++i) {
      string memory entry = string.concat("$.samples[", vm.toString(i), "]");
      bytes32 random = keccak256(abi.encodePacked("challenge", seed, deal, i % 5));
      checkEq(random, vm.parseJsonBytes32(json, string.concat(entry, ".random")), "random word");
      uint256 leaf = uint256(random) % vm.parseJsonUint(json, string.concat(entry, ".leaves"));
      checkEq(leaf, vm.parseJsonUint(json, string.concat(entry, ".leaf")), "drawn leaf");
    }
  }

  function test_challenges_bondsAreTheFiles() public {
    string memory json = _file();
    for (uint256 ahead; ahead < 6; ++ahead) {
      string memory entry = string.concat("$.bonds[", vm.toString(ahead), "]");
      checkEq(vm.parseJsonUint(json, string.concat(entry, ".bondUnit")), UNIT, "unit of the file");
      bytes32 id = storeData(alice, bob, bytes32(ahead), 1, 1);
      uint256 bond = vm.parseJsonUint(json, string.concat(entry, ".bond"));
      checkEq(market.bondOf(id), bond, "bond with that many open");
      challengeBy(alice.account, id);
    }
  }

  function _file() private view returns (string memory) {
    return vm.readFile(string.concat(vm.projectRoot(), "/test/vectors/challenges.json"));
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice How many sectors a revision may name: as many as are worth a provider's work (R4).
contract CommitSectorsTest is DealFixture {
  DataSets.DataSet private none;
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = openDeal(alice, bob, "data");
  }

  /// @dev The hole: one leaf named 409,600 times kept a provider busy for seconds, each time it signed.
  function test_sectorsWithoutNumber_areRefused(uint24 sectors) public {
    uint256 most = 4_096 + 409_600 / 256;
    refuseSectors(409_600, 409_600, most);
    refuseSectors(409_600, uint24(bound(sectors, most + 1, 409_600)), most);
    refuseSectors(409_600, uint24(most + 1), most);
    commitSectors(409_600, uint24(most));
  }

  function test_commit_succeedsIfSmallDealsHaveASectorEachLeaf(uint24 leaves) public {
    leaves = uint24(bound(leaves, 1, 4_096));
    refuseSectors(leaves, leaves + 1, leaves);
    commitSectors(leaves, leaves);
  }

  function test_commit_failsIfLargerThanTheFreeOnesAndTheirShare(uint40 leaves) public {
    leaves = uint40(bound(leaves, 4_113, 8 * GIB));
    uint256 most = 4_096 + leaves / 256;
    refuseSectors(leaves, uint24(most + 1), most);
    commitSectors(leaves, uint24(most));
  }

  function test_commit_succeedsIfDeletingKeepsTheSectors(uint40 leaves) public {
    commitSectors(uint40(GIB), 100_000);
    leaves = uint40(bound(leaves, 100_000, GIB));
    refuseSectors(leaves, 100_001 + uint24(leaves / 256), maxOf(100_000, 4_096 + leaves / 256));
    commitSectors(leaves, 100_000);
    checkEq(market.dealOf(id).sectors, 100_000, "what is there may stay whatever goes");
    commitSectors(leaves, 99_999);
    uint256 most = maxOf(99_999, 4_096 + leaves / 256);
    if (most == 99_999) refuseSectors(leaves, 100_000, most);
  }

  function test_commit_failsIfTheSectorsAreMoreThanTheLeavesLeft() public {
    commitSectors(100_000, 4_486);
    refuseSectors(3_000, 3_001, 3_000);
    commitSectors(3_000, 3_000);
  }

  function test_commit_failsIfARefilledDealClaimsItsOldSectors() public {
    commitSectors(uint40(GIB), 100_000);
    emptyDeal(id);
    refuseSectors(409_600, 100_000, 4_096 + 1_600);
  }

  function commitSectors(uint40 leaves, uint24 sectors) private {
    commitRevision(alice, bob, free(leaves, sectors));
  }

  function refuseSectors(uint40 leaves, uint24 sectors, uint256 most) private {
    uint256 least = (uint256(leaves) + (1 << 17) - 1) >> 17;
    refuseCommit(outOfBounds("sectors", sectors, least, most), free(leaves, sectors));
  }

  /// @dev For nothing, so that money sets no bound here.
  function free(uint40 leaves, uint24 sectors) private view returns (Revision memory revision) {
    revision = revisionOf(id, none);
    revision.root = "root";
    (revision.leaves, revision.sectors, revision.price) = (leaves, sectors, 0);
  }

  function maxOf(uint256 a, uint256 b) private pure returns (uint256) {
    return a > b ? a : b;
  }
}

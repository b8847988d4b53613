// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DealStatus} from "../../../contracts/MarketTypes.sol";
import {DealSheet, ProviderSheet} from "../../../contracts/interfaces/IMarketView.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice What the market says of now holds after a sync, whether or not anybody has made one.
contract ViewsOfNowTest is ChallengeFixture {
  /// What a moment looks like.
  struct Look {
    uint256 locked;
    uint256 limit;
    uint256 decided;
    bool frozen;
    bool defaulted;
  }

  function test_views_sayWhatASyncWouldLeave(
    uint8 periods,
    uint8 offset,
    uint8 proofs,
    uint8 leaves,
    bool short
  ) public {
    bytes32 id = storeData(alice, bob, "data", 1, bound(leaves, 1, 20));
    uint256 free = market.accountOf(bob.account).stake - market.lockedOf(bob.account);
    if (short) {
      vm.prank(bob.account);
      market.unstake(free);
    }
    for (uint256 i = bound(proofs, 0, 2); i != 0; --i) proveNext(bob);
    goTo(period() + bound(periods, 0, 9), bound(offset, 0, P - 1));
    bytes32 before = keccak256(abi.encode(look(id)));
    bytes32 account = keccak256(abi.encode(market.accountNow(bob.account)));
    market.sync(bob.account);
    checkEq(keccak256(abi.encode(look(id))), before, "the views said it before");
    checkEq(keccak256(abi.encode(market.accountOf(bob.account))), account, "and the whole account");
  }

  function test_views_sayWhatASyncWouldLeaveOfAStakeWithoutDeals(uint8 periods, uint8 offset) public {
    goTo(period() + 1 + bound(periods, 0, 9), bound(offset, 0, P - 1));
    bytes32 account = keccak256(abi.encode(market.accountNow(bob.account)));
    market.sync(bob.account);
    checkEq(keccak256(abi.encode(market.accountOf(bob.account))), account, "nothing before now can be missed");
  }

  function test_views_succeedIfNobodyTouchedADefaultedProvider() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    goTo(period() + 6, 1);
    check(!market.isFrozen(bob.account), "no draw of a generation that is over is awaited");
    checkEq(market.lockedOf(bob.account), 0, "nothing of it is locked");
    checkEq(market.decidedOf(bob.account), period(), "all is decided");
    check(market.isDefaulted(id), "and the deal is one of a defaulted provider");
    check(market.dealOf(id).status == DealStatus.Active, "though stored as it was");
    checkEq(market.accountOf(bob.account).total, WEIGHT, "as is the account");
    ProviderSheet memory sheet = marketView.provider(bob.account);
    check(!sheet.frozen && sheet.locked == 0 && sheet.slots == 0, "a sheet says the same");
    checkEq(sheet.lockLimit, market.lockLimitOf(bob.account), "with the limit");
    bytes32[] memory ids = new bytes32[](1);
    ids[0] = id;
    DealSheet[] memory sheets = marketView.deals(ids);
    check(sheets[0].defaulted && sheets[0].ended.period == 0, "of a deal, too, before the default is on record");
  }

  function test_views_succeedIfNobodyIsThere(address nobody) public view {
    vm.assume(nobody != bob.account && nobody != dave.account);
    checkEq(market.lockedOf(nobody), 0, "nothing locked");
    checkEq(market.lockLimitOf(nobody), 0, "nor lockable");
    check(!market.isFrozen(nobody), "nor frozen");
    checkEq(market.accountNow(nobody).syncedThrough, 0, "no account");
    check(!market.isDefaulted(bytes32(uint256(uint160(nobody)))), "nor a deal");
  }

  function look(bytes32 id) private view returns (Look memory) {
    return
      Look({
        locked: market.lockedOf(bob.account),
        limit: market.lockLimitOf(bob.account),
        decided: market.decidedOf(bob.account),
        frozen: market.isFrozen(bob.account),
        defaulted: market.isDefaulted(id)
      });
  }
}

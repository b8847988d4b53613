// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DealStatus, DefaultRecord, ProviderAccount} from "../../../contracts/MarketTypes.sol";
import {FickleToken} from "./FickleToken.sol";
import {MarketHandler} from "./MarketHandler.sol";
import {ITreeNodes} from "./ITreeNodes.sol";

/// @notice The specification: settlement.md's invariants, each formula above its assertion. They are checked after every
/// step that `MarketHandler` takes. What a check changes in the market is undone by the runner.
contract MarketInvariantsTest is MarketHandler {
  struct FuzzSelector {
    address addr;
    bytes4[] selectors;
  }

  function targetContracts() public view returns (address[] memory targets) {
    targets = new address[](1);
    targets[0] = address(this);
  }

  function targetSelectors() public view returns (FuzzSelector[] memory targets) {
    targets = new FuzzSelector[](1);
    targets[0].addr = address(this);
    targets[0].selectors = new bytes4[](1);
    targets[0].selectors[0] = this.step.selector;
  }

  function invariant_theMarketAgreesWithTheBook() public {
    // As the market stands, with whatever is still unsynced and unsettled:
    inv1_everyWeiIsAccounted();
    inv2_lockedIsWeight();
    inv3_treesSumUp();
    inv7_frozenDrawsStay();
    inv13_seedsStay();
    inv14_honestProvidersCanProve();
    if (steps % 4 == 0) inv11_orderDoesNotMatter();
    // Once somebody has synced and settled everything:
    settleEverything();
    inv1_everyWeiIsAccounted();
    inv2_lockedIsWeight();
    inv3_treesAgreeWithTheBook();
    inv4_rentIsBounded();
    inv5_settlingOnceIsSettlingOften();
    inv8_slashedWeiAreNamed();
    inv9_statesAgreeWithTheBook();
    inv10_stakesCover();
    inv16_onlyPeriodsInTheTreeArePaid();
    inv17_challengesArePinned();
    inv18_boundsOfStolenKeysHold();
    if (steps % 8 == 0) inv15_everyWeiCanLeave();
  }

  function afterInvariant() public view {
    for (uint256 action; action < ACTIONS; ++action) {
      check(count[action] != 0, string.concat("never succeeded: action ", vm.toString(action)));
    }
    for (uint256 manner = 1; manner < MANNERS; ++manner) {
      check(moved[FickleToken.Manner(manner)] != 0, string.concat("never moved: manner ", vm.toString(manner)));
    }
  }

  /// INV-1  accounted = credits (the reward pool's among them) + stakes + escrows + bonds + unclaimed compensation + default
  /// shares not yet taken + fees not yet collected ≤ balance
  function inv1_everyWeiIsAccounted() internal view {
    uint256 sum;
    address[9] memory all = people();
    for (uint256 i; i < all.length; ++i) sum += market.credits(all[i]);
    for (uint256 i; i < sessions.length; ++i) sum += market.credits(sessions[i]);
    for (uint256 i; i < 2; ++i) sum += market.accountOf(owner(i).account).stake;
    for (uint256 k; k < deals.length; ++k) sum += _owedBy(market.dealOf(deals[k].id));
    for (uint256 k; k < deals.length; ++k) sum += deals[k].bond;
    for (uint256 epoch = firstEpoch; epoch <= epochNow(); ++epoch) if (!collected[epoch]) sum += market.feesIn(epoch);
    checkEq(vault.accounted(), sum, "INV-1: accounted is the sum of what everybody owns");
    check(vault.accounted() <= token.balanceOf(address(vault)), "INV-1: the vault holds what is accounted");
  }

  /// INV-2  locked = unit · T = Σ w · unit, over the deals of the live generation
  function inv2_lockedIsWeight() internal view {
    for (uint256 i; i < 2; ++i) {
      ProviderAccount memory account = market.accountOf(owner(i).account);
      uint256 weights;
      for (uint256 k; k < deals.length; ++k) {
        if (deals[k].provider != i) continue;
        Deal memory deal = market.dealOf(deals[k].id);
        check((deal.weight == 0) == (deal.leaves == 0), "INV-2: weight is zero exactly while nothing is stored");
        if (deal.generation == account.generation) weights += deal.weight;
      }
      checkEq(account.total, weights, "INV-2: T is the sum of the weights");
      uint256 totalNow = market.accountNow(owner(i).account).total;
      check(totalNow == weights || totalNow == 0, "INV-2: a sync ends a generation, or leaves its weights alone");
      checkEq(market.lockedOf(owner(i).account), UNIT * totalNow, "INV-2: locked is unit by T");
    }
  }

  /// INV-3  tree root = Σ weights; every node is the sum of its four children, every leaf the weight of the deal in its slot
  function inv3_treesSumUp() internal view {
    for (uint256 i; i < 2; ++i) {
      address who = owner(i).account;
      ProviderAccount memory account = market.accountOf(who);
      uint256[][] memory levels = ITreeNodes(address(market)).nodesOf(who, account.generation);
      for (uint256 slot; slot < market.slotCountOf(who, account.generation); ++slot) {
        bytes32 id = market.dealAt(who, account.generation, slot);
        uint256 weight = id == 0 ? 0 : market.dealOf(id).weight;
        checkEq(_lane(levels[0], slot), weight, "INV-3: a slot holds the weight of its deal");
      }
      for (uint256 level = 1; level < levels.length; ++level) {
        for (uint256 child; child < levels[level - 1].length; ++child) {
          checkEq(_lane(levels[level], child), _sum(levels[level - 1][child]), "INV-3: a node sums its children");
        }
      }
      if (levels.length != 0) checkEq(_sum(levels[levels.length - 1][0]), account.total, "INV-3: the root sums all");
    }
  }

  function inv3_treesAgreeWithTheBook() internal view {
    inv3_treesSumUp();
    for (uint256 i; i < 2; ++i) {
      checkEq(market.accountOf(owner(i).account).total, providers[i].total, "INV-3: T is the book's");
    }
    for (uint256 k; k < deals.length; ++k) {
      checkEq(market.dealOf(deals[k].id).weight, deals[k].weight, "INV-3: a deal's weight is the book's");
    }
  }

  /// INV-4  rent ≤ escrow paid in, and rent ≤ Σ rate over proven periods
  function inv4_rentIsBounded() internal view {
    for (uint256 k; k < deals.length; ++k) {
      uint256 rent = _rentOf(k);
      check(rent <= deals[k].deposited, "INV-4: rent is within the escrow");
      check(rent <= deals[k].earned, "INV-4: rent is within the proven periods");
    }
  }

  /// INV-5  escrow after any number of settlements = escrow of the book, which settles every period on its own
  function inv5_settlingOnceIsSettlingOften() internal view {
    for (uint256 k; k < deals.length; ++k) {
      checkEq(market.dealOf(deals[k].id).escrow, deals[k].escrow, "INV-5: the escrow is the book's");
    }
  }

  /// INV-7  frozen ⇒ hash(generation, T, all nodes, each deal's root, leaves, sectors, slot) is that of the end of block
  /// S(p) − 1; a default excepted
  function inv7_frozenDrawsStay() internal view {
    for (uint256 i; i < 2; ++i) {
      address who = owner(i).account;
      if (!market.isFrozen(who) || market.accountOf(who).generation != providers[i].printGeneration) continue;
      checkEq(fingerprint(i), providers[i].print, "INV-7: nothing that a draw depends on moved while frozen");
    }
  }

  /// INV-8  stake lost = burnt + bounty + compensation + collateral, each in the credit of a named account
  function inv8_slashedWeiAreNamed() internal view {
    address[9] memory all = people();
    for (uint256 i; i < all.length; ++i) {
      checkEq(market.credits(all[i]), purse[all[i]], "INV-8: credit is the book's, to the wei");
    }
    for (uint256 i; i < 2; ++i) {
      checkEq(market.accountOf(owner(i).account).stake, providers[i].stake, "INV-8: the stake is the book's");
    }
    for (uint256 i; i < sessions.length; ++i) {
      checkEq(market.credits(sessions[i]), purse[sessions[i]], "INV-8: a session key's credit is the book's");
    }
    uint256 paid;
    for (uint256 epoch = firstEpoch; epoch <= epochNow(); ++epoch) paid += market.feesIn(epoch);
    checkEq(paid, fees, "INV-8: fees are the book's, whenever they were paid");
  }

  /// INV-9  None → Empty ⇄ Active → Closed, Empty → Closed; a default takes Active to Idle of the next generation. The
  /// book knows no other edges; that none leads out of Closed is watched at every step.
  function inv9_statesAgreeWithTheBook() internal view {
    for (uint256 k; k < deals.length; ++k) {
      Deal memory deal = market.dealOf(deals[k].id);
      check(deal.status == deals[k].status, "INV-9: a deal's state is the book's");
      bool stores = deal.leaves != 0;
      check((deal.status == DealStatus.Active) == stores, "INV-9: a deal is active exactly while it stores something");
    }
    for (uint256 i; i < 2; ++i) {
      address who = owner(i).account;
      checkEq(market.accountOf(who).generation, providers[i].generation, "INV-9: the generation is the book's");
      check(market.isFrozen(who) == isFrozenByBook(i), "INV-9: frozen as the book says");
    }
  }

  /// INV-10  stake ≥ coverBps · locked after every sync of a live generation
  function inv10_stakesCover() internal view {
    for (uint256 i; i < 2; ++i) {
      ProviderAccount memory account = market.accountOf(owner(i).account);
      check(uint256(account.stake) * 10_000 >= 9_000 * UNIT * account.total, "INV-10: stake covers what is locked");
    }
  }

  /// INV-11  sync, settle and close in any order, alone or in a batch, give everybody the same wei
  function inv11_orderDoesNotMatter() internal {
    bytes32 forth = _world(0);
    checkEq(_world(1), forth, "INV-11: backwards is as good as forwards");
    checkEq(_world(2), forth, "INV-11: a batch is as good as single calls");
  }

  /// INV-13  seed(p) = keccak(hash of S(p), p, chainid, market) with a hash that is not zero, is not to be had before
  /// S(p) + 1, and never changes once it is on record
  function inv13_seedsStay() internal view {
    uint256 p = period();
    check(!_hasSeed(p + 1), "INV-13: no seed of a period to come");
    bytes32 hash = blockhash(market.firstBlockOf(p));
    check(_hasSeed(p) == (hash != 0), "INV-13: a seed is to be had from the block after S(p) on");
    if (hash != 0) {
      bytes32 seed = keccak256(abi.encodePacked(hash, p, block.chainid, address(market)));
      checkEq(market.seedOf(p), seed, "INV-13: the seed comes from the hash of S(p)");
    }
    for (uint256 i; i < seedPeriods.length; i += 1 + seedPeriods.length / 8) {
      checkEq(market.seedOf(seedPeriods[i]), seedSeen[seedPeriods[i]], "INV-13: a stored seed never changes");
    }
    for (uint256 q = p > 7 ? p - 7 : p; q < p && market.firstBlockOf(q) + 256 < vm.getBlockNumber(); ++q) {
      if (seedSeen[q] == 0) check(!_hasSeed(q), "INV-13: no seed comes from a zero hash");
    }
  }

  /// INV-14  a provider that holds its data can prove in every block S(p) + 1 … S(p) + W − 1
  function inv14_honestProvidersCanProve() internal {
    for (uint256 i; i < 2; ++i) {
      if (!isFrozenByBook(i) || offset() == 0) continue;
      address who = owner(i).account;
      uint256 state = vm.snapshotState();
      market.prove(who, period(), honestSamples(i));
      checkEq(market.accountOf(who).lastProven, period(), "INV-14: an honest proof counts");
      check(vm.revertToState(state), "the state before the proof");
    }
  }

  /// INV-16  rent = Σ rate over proven periods before the end in which the deal was in the tree at S(p)
  function inv16_onlyPeriodsInTheTreeArePaid() internal view {
    for (uint256 k; k < deals.length; ++k) {
      checkEq(_rentOf(k), deals[k].earned, "INV-16: only periods that began with the deal in the tree are paid");
    }
  }

  /// INV-15  everybody, alone, takes out all that is its own once the last end, a notice and a window have passed: then
  /// nothing is accounted but what was burnt
  function inv15_everyWeiCanLeave() internal {
    uint256 state = vm.snapshotState();
    uint256 last = period();
    for (uint256 k; k < deals.length; ++k) if (deals[k].maxEnd > last) last = deals[k].maxEnd;
    vm.roll(market.firstBlockOf(last + EPOCH + 1) + W);
    for (uint256 k; k < deals.length; ++k) _leave(k);
    vm.roll(market.firstBlockOf(last + 2 * EPOCH + 1) + W);
    for (uint256 i; i < 2; ++i) _takeStake(owner(i).account);
    for (uint256 epoch = firstEpoch; epoch < market.currentEpoch(); ++epoch) _takeRewards(epoch);
    address[9] memory all = people();
    for (uint256 i; i < 7; ++i) _takeCredit(all[i]);
    for (uint256 i; i < sessions.length; ++i) _takeCredit(sessions[i]);
    checkEq(vault.accounted(), market.credits(BURN), "INV-15: nothing is left that somebody could miss");
    check(vm.revertToState(state), "the state before everybody left");
  }

  /// INV-17  samples of an open challenge depend on seed(p + 1) and the pinned revision: that is the one of the moment it was
  /// opened; and a bond is owed exactly while one is open
  function inv17_challengesArePinned() internal view {
    for (uint256 k; k < deals.length; ++k) {
      DealPage storage deal = deals[k];
      check(
        (market.dealOf(deal.id).challengedIn != 0) == (deal.bond != 0),
        "INV-17: a bond is held exactly while a challenge is open"
      );
      checkEq(market.challengeOf(deal.id).bond, deal.bond, "INV-17: the bond is that of the time it was taken");
      if (deal.bond != 0) checkEq(revisionPrint(deal.id), deal.pinned, "INV-17: the revision is pinned");
    }
  }

  /// INV-18, as far as contracts go: vouchers take at most maxEgress; the lock limit is what its owner said less every wei slashed
  /// or paid out since; an emptied deal tells since when, whatever empty revisions came later
  function inv18_boundsOfStolenKeysHold() internal view {
    for (uint256 k; k < deals.length; ++k) {
      Deal memory deal = market.dealOf(deals[k].id);
      checkEq(deal.redeemed, deals[k].redeemed, "INV-18: what vouchers took is the book's");
      checkEq(deal.maxEgress, deals[k].maxEgress, "INV-18: only the renter raises the bound of vouchers");
      check(deal.redeemed <= deal.maxEgress, "INV-18: vouchers take at most maxEgress");
      if (deal.status != DealStatus.Empty) continue;
      checkEq(deal.settledThrough, deals[k].emptiedIn, "INV-18: the clock runs from the last leaf on");
    }
    for (uint256 i; i < 2; ++i) {
      checkEq(market.lockLimitOf(owner(i).account), providers[i].limit, "INV-18: the limit is the book's");
    }
  }

  // How the checks look at the market

  /// @dev The renter gets its money out of a deal that is past its end, whatever the provider does.
  function _leave(uint256 k) private {
    if (market.dealOf(deals[k].id).status == DealStatus.Closed) return;
    address renter = renterOf(deals[k].renter).account;
    bytes32 id = deals[k].id;
    bool expires = market.dealOf(id).challengedIn != 0;
    vm.prank(renter);
    if (expires) market.expire(id);
    else market.close(id);
  }

  function _takeStake(address provider) private {
    vm.prank(provider);
    market.sync(provider);
    checkEq(market.accountOf(provider).total, 0, "INV-15: nothing is locked when all deals are gone");
    uint256 stake = market.accountOf(provider).stake;
    vm.prank(provider);
    market.unstake(stake);
  }

  function _takeRewards(uint256 epoch) private {
    uint256[] memory epochs = new uint256[](1);
    epochs[0] = epoch;
    for (uint256 i; i < 2; ++i) {
      if (
        rewardPool.rewardOf(epoch, owner(i).account) == 0 &&
        (claimed[epoch][i] || market.feesOf(epoch, owner(i).account) == 0)
      ) {
        continue;
      }
      rewardPool.claim(owner(i).account, epochs);
    }
    if (market.feesIn(epoch) != 0 || sponsored[epoch] == 0) return;
    vm.prank(carol.account);
    rewardPool.reclaim(epoch);
  }

  function _takeCredit(address account) private {
    uint256 credit = market.credits(account);
    vm.prank(account);
    market.withdraw(credit, account);
  }

  function settleEverything() internal {
    syncBy(DAVE, mallory.account);
    syncBy(BOB, mallory.account);
    for (uint256 k; k < deals.length; ++k) {
      if (deals[k].status != DealStatus.Closed) settleBy(k, mallory.account);
    }
  }

  /// @dev Escrow, compensation not yet credited, and the share of a default not yet taken.
  function _owedBy(Deal memory deal) private view returns (uint256) {
    if (deal.weight == 0) return deal.escrow;
    uint256 index = market.compensationIndexOf(deal.provider);
    uint256 share;
    if (deal.generation != market.accountOf(deal.provider).generation) {
      DefaultRecord memory ended = market.defaultOf(deal.provider, deal.generation);
      index = ended.compensationIndex;
      share = ended.share;
    }
    return deal.escrow + deal.weight * (index - deal.compensationIndex + share);
  }

  function _rentOf(uint256 k) private view returns (uint256) {
    return deals[k].deposited - deals[k].refunded - deals[k].redeemed - market.dealOf(deals[k].id).escrow;
  }

  function _lane(uint256[] memory nodes, uint256 position) private pure returns (uint256) {
    return uint64(nodes[position / 4] >> (64 * (position % 4)));
  }

  function _sum(uint256 node) private pure returns (uint256 sum) {
    for (uint256 lane; lane < 4; ++lane) sum += uint64(node >> (64 * lane));
  }

  function _hasSeed(uint256 p) private view returns (bool has) {
    (has, ) = address(market).staticcall(abi.encodeCall(market.seedOf, (p)));
  }

  /// @dev What everybody owns after Mallory has synced, settled and closed all she can, in the given order.
  function _world(uint256 order) private returns (bytes32 owned) {
    uint256 state = vm.snapshotState();
    if (order == 2) _inABatch();
    else for (uint256 i; i < deals.length; ++i) _settleOrClose(order == 0 ? i : deals.length - 1 - i, order);
    for (uint256 i; i < 2; ++i) syncBy(order == 0 ? i : 1 - i, mallory.account);
    address[9] memory all = people();
    for (uint256 i; i < all.length; ++i) owned = keccak256(abi.encode(owned, market.credits(all[i])));
    for (uint256 i; i < 2; ++i) owned = keccak256(abi.encode(owned, market.accountOf(owner(i).account).stake));
    for (uint256 k; k < deals.length; ++k) owned = keccak256(abi.encode(owned, market.dealOf(deals[k].id).escrow));
    check(vm.revertToState(state), "the state before this world");
  }

  function _settleOrClose(uint256 k, uint256 order) private {
    if (deals[k].status == DealStatus.Closed) return;
    bool closable = _isClosable(k);
    if (order == 0 || !closable) settleBy(k, mallory.account);
    if (!closable) return;
    vm.prank(mallory.account);
    market.close(deals[k].id);
  }

  function _inABatch() private {
    bytes[] memory calls = new bytes[](2 * deals.length);
    for (uint256 k; k < deals.length; ++k) {
      calls[2 * k] = abi.encodeCall(market.settle, (deals[k].id));
      calls[2 * k + 1] = abi.encodeCall(_isClosable(k) ? market.close : market.settle, (deals[k].id));
    }
    vm.prank(mallory.account);
    market.batch(calls, 500_000);
  }

  /// @dev By anybody, now.
  function _isClosable(uint256 k) private view returns (bool) {
    if (deals[k].status == DealStatus.Closed) return false;
    if (deals[k].past) return true;
    if (deals[k].bond != 0 || isKeptForVouchers(deals[k])) return false;
    return period() > deals[k].end && !isFrozenByBook(deals[k].provider);
  }
}

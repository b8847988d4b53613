// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DealStatus, Parameters} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {MarketFixture} from "../support/MarketFixture.sol";
import {ITreeNodes} from "./ITreeNodes.sol";

/// @notice A second set of books on the market, kept the slow way: every period of every deal is entered on the day it is
/// decided, money moves at once, and nothing is looked up in the market. Also the clock: whoever lets time pass does so
/// here, Bob never misses a window, and Dave only proves when a test has him do so.
abstract contract Book is MarketFixture {
  using DataSets for DataSets.DataSet;

  /// @param run Misses in a row.
  /// @param answered The current period is proven, or T left zero in it.
  /// @param missed The current period is missed.
  /// @param limit Token wei that may be locked.
  /// @param bounty Waits for whoever touches the provider next.
  /// @param print Fingerprint of all that a draw depends on, at the end of the last period.
  struct ProviderPage {
    uint256 stake;
    uint256 total;
    uint256 generation;
    uint256 run;
    bool answered;
    bool missed;
    uint256 limit;
    uint256 bounty;
    bytes32 print;
    uint256 printGeneration;
  }

  /// @param bond Of the open challenge, token wei; zero if none is open.
  /// @param challengedIn Period in which it was opened. @param pinned Fingerprint of the revision then.
  /// @param maxEgress Most that vouchers may be paid, token wei.
  /// @param emptiedIn Period in which the last leaf went; zero while there are leaves, or if there never was one.
  /// @param redeemed Paid by vouchers so far, token wei.
  /// @param due Rate that the deal had in the tree at the start of the current period, until that is proven or missed.
  /// @param share Wei per unit of weight after a default.
  /// @param earned Rent of all proven periods in which the deal was in the tree at the start.
  struct DealPage {
    bytes32 id;
    uint256 provider;
    uint256 renter;
    DealStatus status;
    bool past;
    uint256 weight;
    uint256 rate;
    uint256 due;
    uint256 end;
    uint256 maxEnd;
    uint256 escrow;
    uint256 deposited;
    uint256 refunded;
    uint256 earned;
    uint256 share;
    uint256 signerKey;
    uint256 signerSince;
    uint256 oldSignerKey;
    uint256 maxEgress;
    uint256 emptiedIn;
    uint256 redeemed;
    uint256 bond;
    address challenger;
    uint256 challengedIn;
    bytes32 pinned;
  }

  uint256 internal constant BOB = 0;
  uint256 internal constant DAVE = 1;
  uint256 internal constant MAX_MISSES = 5;
  uint256 internal constant NOTICE = 2;
  /// A fee that is no divisor of anything.
  uint256 internal constant FEE_BPS = 137;
  uint256 internal constant FEE_BURN_BPS = 5_001;
  uint256 internal constant EPOCH = 3;
  /// A tenth of the collateral, so that it is above a unit for most deals here.
  uint256 internal constant BOND_BPS = 1_000;

  ProviderPage[2] internal providers;
  DealPage[] internal deals;
  /// Token wei that each account should be able to withdraw, once everything is synced and settled.
  mapping(address account => uint256) public purse;
  mapping(bytes32 deal => uint256) internal pageOf;
  mapping(uint256 period => bytes32) public seedSeen;
  uint256[] internal seedPeriods;
  /// Session keys that paid a bond.
  address[] internal sessions;
  /// Fees of all periods so far, token wei, in whatever epoch they are or will be paid.
  uint256 internal fees;
  mapping(uint256 epoch => bool) internal collected;
  mapping(uint256 epoch => mapping(uint256 provider => bool)) internal claimed;
  /// Rewards paid for an epoch, token wei.
  mapping(uint256 epoch => uint256) internal rewarded;
  /// Given for an epoch, token wei, all by Carol.
  mapping(uint256 epoch => uint256) internal sponsored;
  uint256 internal entropy;

  function devnet() internal pure override returns (Parameters memory parameters) {
    parameters = super.devnet();
    parameters.noticePeriods = uint16(NOTICE);
    parameters.feeBps = uint16(FEE_BPS);
    parameters.feeBurnBps = uint16(FEE_BURN_BPS);
    parameters.epochPeriods = uint16(EPOCH);
    parameters.bondBps = uint16(BOND_BPS);
  }

  function marketCode() internal view override returns (bytes memory) {
    return vm.getCode("MarketHarness.sol:MarketHarness");
  }

  // Chance

  function roll(uint256 sides) internal returns (uint256) {
    entropy = uint256(keccak256(abi.encode(entropy)));
    return entropy % sides;
  }

  function flip() internal returns (bool) {
    return roll(2) == 0;
  }

  // People

  function owner(uint256 provider) internal view returns (Actor memory) {
    return provider == BOB ? bob : dave;
  }

  function renterOf(uint256 number) internal view returns (Actor memory) {
    return number == 0 ? alice : carol;
  }

  /// @notice Everybody who can own credit.
  function people() public view returns (address[9] memory) {
    return
      [
        alice.account,
        bob.account,
        carol.account,
        dave.account,
        mallory.account,
        bob.hot,
        dave.hot,
        BURN,
        address(rewardPool)
      ];
  }

  // Time

  function offset() internal view returns (uint256) {
    return (vm.getBlockNumber() - market.genesisBlock()) % P;
  }

  /// @notice Lets the chain reach block `target`, entering every decision on the way.
  function travel(uint256 target) internal {
    while (vm.getBlockNumber() < target) {
      uint256 first = market.firstBlockOf(period());
      if (offset() < W) {
        if (target < first + W) return vm.roll(target);
        if (_isDue(BOB)) {
          uint256 from = offset() == 0 ? 1 : offset();
          vm.roll(first + from + roll(W - from));
          proveInBook(BOB);
        }
        vm.roll(first + W);
        if (_isDue(BOB)) _miss(BOB);
        if (_isDue(DAVE)) _miss(DAVE);
      } else {
        if (target < first + P) return vm.roll(target);
        _closeDay(BOB);
        _closeDay(DAVE);
        vm.roll(first + P);
        _openDay();
      }
    }
  }

  /// @notice Goes to some block of the next period in which a proof counts.
  function travelToNextWindow() internal {
    travel(market.firstBlockOf(period() + 1) + 1 + roll(W - 1));
  }

  /// @notice Makes sure that the provider has proven the current period or stores nothing.
  function ready(uint256 provider) internal {
    if (providers[provider].total == 0 || providers[provider].answered) return;
    if (providers[provider].missed) travelToNextWindow();
    if (offset() == 0) travel(vm.getBlockNumber() + 1);
    if (_isDue(provider)) proveInBook(provider);
  }

  /// @notice Makes sure that the provider is not frozen: it proves, or Dave waits until the window has passed.
  function thaw(uint256 provider) internal {
    if (!_isDue(provider) || offset() >= W) return;
    if (provider == DAVE && flip()) return travel(market.firstBlockOf(period()) + W);
    ready(provider);
  }

  function isFrozenByBook(uint256 provider) public view returns (bool) {
    return _isDue(provider) && offset() < W;
  }

  /// @dev The current period still asks for a proof.
  function _isDue(uint256 provider) internal view returns (bool) {
    ProviderPage storage page = providers[provider];
    return page.total != 0 && !page.answered && !page.missed;
  }

  function _openDay() private {
    for (uint256 i; i < 2; ++i) {
      providers[i].answered = false;
      providers[i].missed = false;
    }
    for (uint256 k; k < deals.length; ++k) deals[k].due = deals[k].past ? 0 : deals[k].rate;
  }

  function _closeDay(uint256 provider) private {
    providers[provider].print = fingerprint(provider);
    providers[provider].printGeneration = market.accountOf(owner(provider).account).generation;
  }

  /// @notice All that the provider's draws depend on, as the market has it now.
  function fingerprint(uint256 provider) public view returns (bytes32 print) {
    address account = owner(provider).account;
    uint256 generation = market.accountOf(account).generation;
    uint256 total = market.accountOf(account).total;
    print = keccak256(abi.encode(generation, total, ITreeNodes(address(market)).nodesOf(account, generation)));
    uint256 slots = market.slotCountOf(account, generation);
    for (uint256 slot; slot < slots; ++slot) {
      bytes32 id = market.dealAt(account, generation, slot);
      if (id != 0) print = _mix(print, id);
    }
  }

  function _mix(bytes32 print, bytes32 id) private view returns (bytes32) {
    Deal memory deal = market.dealOf(id);
    return keccak256(abi.encode(print, id, deal.root, deal.leaves, deal.sectors, deal.slot));
  }

  // Audits

  /// @notice The provider proves the current period, in the market and in the book.
  function proveInBook(uint256 provider) internal returns (bytes memory samples) {
    Actor memory who = owner(provider);
    samples = honestSamples(provider);
    noteSeed();
    touch(provider, who.hot);
    uint256 p = period();
    vm.prank(who.hot);
    market.prove(who.account, p, samples);
    ProviderPage storage page = providers[provider];
    page.answered = true;
    page.run = 0;
    for (uint256 k; k < deals.length; ++k) if (deals[k].provider == provider) _earn(deals[k]);
  }

  /// @notice The samples that the market asks of the provider now, drawn by walking along its deals.
  function honestSamples(uint256 provider) public view returns (bytes memory samples) {
    Actor memory who = owner(provider);
    bytes32 seed = keccak256(
      abi.encodePacked(blockhash(market.firstBlockOf(period())), period(), block.chainid, address(market))
    );
    for (uint256 i; i < 5; ++i) {
      uint256 random = uint256(keccak256(abi.encodePacked("audit", seed, who.account, i)));
      bytes32 id = drawnByBook(provider, uint128(random) % providers[provider].total);
      DataSets.DataSet memory set = stored[id];
      samples = bytes.concat(samples, set.prove((random >> 128) % set.totalLeaves()));
    }
  }

  function drawnByBook(uint256 provider, uint256 target) internal view returns (bytes32 id) {
    for (uint256 slot; ; ++slot) {
      id = market.dealAt(owner(provider).account, providers[provider].generation, slot);
      uint256 weight = id == 0 ? 0 : deals[pageOf[id]].weight;
      if (target < weight) return id;
      target -= weight;
    }
  }

  /// @dev Remembers the seed of the current period, which is on record from now on.
  function noteSeed() internal {
    noteSeedOf(period());
  }

  function noteSeedOf(uint256 p) internal {
    if (seedSeen[p] != 0) return;
    seedSeen[p] = market.seedOf(p);
    seedPeriods.push(p);
  }

  /// @dev A proven period pays what was in the tree at its start and is not past its end.
  function _earn(DealPage storage deal) private {
    uint256 rent = period() < deal.end ? deal.due : 0;
    deal.due = 0;
    uint256 fee = (rent * FEE_BPS + 9_999) / 10_000;
    deal.earned += rent;
    deal.escrow -= rent;
    fees += fee;
    purse[owner(deal.provider).account] += rent - fee;
  }

  function _miss(uint256 provider) private {
    ProviderPage storage page = providers[provider];
    page.missed = true;
    ++page.run;
    uint256 lost = (UNIT * page.total) / 100;
    uint256 bounty = (lost * 200) / 10_000;
    if (bounty > 10 * UNIT) bounty = 10 * UNIT;
    uint256 compensated;
    for (uint256 k; k < deals.length; ++k) {
      DealPage storage deal = deals[k];
      if (deal.provider != provider || deal.past) continue;
      deal.due = 0;
      uint256 compensation = (((deal.weight * UNIT) / 100) * 4800) / 10_000;
      purse[renterOf(deal.renter).account] += compensation;
      compensated += compensation;
    }
    page.bounty += bounty;
    purse[BURN] += lost - bounty - compensated;
    lose(page, lost);
    if (page.run == MAX_MISSES || page.stake * 10_000 < 9_000 * UNIT * page.total) _default(provider);
  }

  function _default(uint256 provider) private {
    ProviderPage storage page = providers[provider];
    uint256 share = page.stake / page.total;
    if (share > UNIT) share = UNIT;
    for (uint256 k; k < deals.length; ++k) {
      DealPage storage deal = deals[k];
      if (deal.provider != provider || deal.past || deal.weight == 0) continue;
      deal.past = true;
      deal.share = share;
      lose(page, share * deal.weight);
    }
    if (share < UNIT) {
      purse[BURN] += page.stake;
      lose(page, page.stake);
    }
    page.total = 0;
    page.run = 0;
    ++page.generation;
  }

  /// @dev Slashed or paid out: neither the stake nor the limit gets it back.
  function lose(ProviderPage storage page, uint256 amount) internal {
    page.stake -= amount;
    page.limit -= amount < page.limit ? amount : page.limit;
  }

  /// @dev `caller` makes a call that touches the provider: what there is to find, it finds.
  function touch(uint256 provider, address caller) internal {
    purse[caller] += providers[provider].bounty;
    providers[provider].bounty = 0;
  }

  // Challenges and vouchers

  /// @notice Challenges of the renter that are open in the provider's live generation.
  function openChallenges(uint256 renter, uint256 provider) internal view returns (uint256 n) {
    for (uint256 k; k < deals.length; ++k) {
      DealPage storage deal = deals[k];
      if (deal.bond != 0 && !deal.past && deal.renter == renter && deal.provider == provider) ++n;
    }
  }

  /// @notice Fingerprint of what a challenge of the deal draws from, as the market has it now.
  function revisionPrint(bytes32 id) internal view returns (bytes32) {
    Deal memory deal = market.dealOf(id);
    return keccak256(abi.encode(deal.root, deal.leaves, deal.sectors, deal.number));
  }

  /// @notice Bond that a challenge of the deal takes now, token wei.
  function bondFor(DealPage storage deal) internal view returns (uint256) {
    uint256 first = (deal.weight * UNIT * BOND_BPS + 9_999) / 10_000;
    if (first < UNIT) first = UNIT;
    return (first * (8 + openChallenges(deal.renter, deal.provider)) + 7) / 8;
  }

  /// @notice Whether the deal was emptied so lately that its vouchers keep it open.
  function isKeptForVouchers(DealPage storage deal) internal view returns (bool) {
    return deal.emptiedIn != 0 && period() < deal.emptiedIn + 2;
  }

  /// @notice What vouchers can still take out of the deal's escrow, token wei.
  function redeemable(DealPage storage deal) internal view returns (uint256) {
    uint256 allowed = deal.maxEgress - deal.redeemed;
    return spare(deal) < allowed ? spare(deal) : allowed;
  }

  /// @notice Escrow of the deal that no rent to come needs, token wei.
  function spare(DealPage storage deal) internal view returns (uint256) {
    if (deal.past) return deal.escrow;
    uint256 through = isFrozenByBook(deal.provider) ? period() - 1 : period();
    uint256 toCome = deal.end > through + 1 ? deal.end - 1 - through : 0;
    return deal.escrow - deal.rate * toCome;
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DealStatus, OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Ask} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {DataSets} from "../support/DataSets.sol";
import {Book} from "./Book.sol";

/// @notice Each verb of the market as somebody on it would use it, entered in the book as well. A verb that needs a
/// situation first brings it about.
abstract contract MarketActions is Book {
  using DataSets for DataSets.DataSet;

  /// Rent of a leaf and period; no multiple of anything, so that all roundings happen.
  uint128 internal constant LEAF_PRICE = 1e15 + 7;
  uint256 internal constant NONE = type(uint256).max;

  /// How often a limit kept a revision out.
  uint256 internal limitHeld;

  function setUp() public virtual override {
    super.setUp();
    vm.prank(carol.account);
    token.approve(address(rewardPool), type(uint256).max);
    Ask memory ask = defaultAsk();
    ask.price = (LEAF_PRICE << 25) + 1;
    for (uint256 i; i < 2; ++i) {
      Actor memory who = owner(i);
      vm.prank(who.account);
      registry.setAsk(who.account, ask);
      vm.prank(who.account);
      market.unstake(1_000e18 - 20 * UNIT);
      purse[who.account] = 1_000e18 - 20 * UNIT;
      providers[i].stake = 20 * UNIT;
      providers[i].limit = LOCK_LIMIT;
    }
  }

  // Finding

  function isOpen(uint256 k) internal view returns (bool) {
    return deals[k].status != DealStatus.Closed && !deals[k].past;
  }

  /// @notice Some deal of the provider in `status`, of a live generation; with a paid period ahead, if asked for.
  function find(uint256 provider, DealStatus status, bool paidAhead) internal returns (uint256) {
    uint256 from = deals.length == 0 ? 0 : roll(deals.length);
    for (uint256 i; i < deals.length; ++i) {
      uint256 k = (from + i) % deals.length;
      DealPage storage deal = deals[k];
      if (deal.provider != provider || deal.past || deal.status != status || deal.bond != 0) continue;
      if (!paidAhead || period() < deal.end) return k;
    }
    return NONE;
  }

  function findPast() internal view returns (uint256) {
    for (uint256 k; k < deals.length; ++k) if (deals[k].past && deals[k].status != DealStatus.Closed) return k;
    return NONE;
  }

  /// @notice Some deal that is neither closed nor past; a new one if there is none.
  function anyOpen() internal returns (uint256) {
    uint256 from = deals.length == 0 ? 0 : roll(deals.length);
    for (uint256 i; i < deals.length; ++i) if (isOpen((from + i) % deals.length)) return (from + i) % deals.length;
    return open(roll(2));
  }

  function somebody() internal returns (Actor memory) {
    Actor[5] memory all = [alice, bob, carol, dave, mallory];
    return all[roll(5)];
  }

  function findChallenged(uint256 provider) internal returns (uint256) {
    uint256 from = deals.length == 0 ? 0 : roll(deals.length);
    for (uint256 i; i < deals.length; ++i) {
      uint256 k = (from + i) % deals.length;
      if (deals[k].provider == provider && deals[k].bond != 0 && !deals[k].past) return k;
    }
    return NONE;
  }

  /// @dev Whatever the token returns.
  function move(address to, uint256 amount) internal {
    (bool moved, ) = address(token).call(abi.encodeCall(token.transfer, (to, amount)));
    check(moved, "tokens move");
  }

  // Deals

  function open(uint256 provider) internal returns (uint256 k) {
    k = deals.length;
    uint256 renter = roll(2);
    Actor memory who = renterOf(renter);
    OpenRequest memory request = requestFor(who, owner(provider), bytes32(k));
    request.maxPrice = type(uint128).max;
    request.maxEnd = uint32(period() + 2 + roll(5));
    request.escrow = uint128(UNIT + roll(20 * UNIT));
    request.maxEgress = uint96(roll(2 * UNIT));
    DealPage storage deal = deals.push();
    deal.provider = provider;
    deal.renter = renter;
    deal.status = DealStatus.Empty;
    deal.end = deal.maxEnd = request.maxEnd;
    deal.escrow = deal.deposited = request.escrow;
    deal.maxEgress = request.maxEgress;
    deal.signerKey = who.hotKey;
    touch(provider, who.account);
    deal.id = openDeal(who, request);
    pageOf[deal.id] = k;
  }

  /// @notice Stores data in a deal of the provider, or other data than before.
  function store(uint256 provider) internal returns (uint256 k) {
    ready(provider);
    k = find(provider, flip() ? DealStatus.Empty : DealStatus.Active, true);
    if (k == NONE) k = open(provider);
    storeIn(k);
  }

  /// @dev Of a provider that may grow.
  function storeIn(uint256 k) internal {
    DealPage storage deal = deals[k];
    uint256 provider = deal.provider;
    if (deal.maxEnd < period() + 2) raiseBounds(k);
    DataSets.DataSet memory set = DataSets.make(keccak256(abi.encode(entropy)), 1 + roll(3), 1 + roll(4));
    Revision memory revision = revisionOf(deal.id, set);
    revision.end = uint32(period() + 2 + roll(deal.maxEnd - period() - 1));
    revision.price = uint128(revision.price - roll(revision.price / 4));
    uint256 rate = (uint256(revision.price) * revision.leaves + (1 << 25) - 1) >> 25;
    uint256 needed = rate * (revision.end - period() - 1);
    if (deal.escrow < needed) deposit(k, somebody().account, needed - deal.escrow);
    uint256 weight = (rate * 90 + UNIT - 1) / UNIT;
    ProviderPage storage page = providers[provider];
    uint256 locked = UNIT * (page.total - deal.weight + weight);
    if (weight > deal.weight && page.stake < locked) topUp(provider, somebody().account, locked - page.stake);
    if (weight > deal.weight && page.limit < locked) refuseForLimit(deal, revision, locked);
    stored[deal.id] = set;
    commit(k, revision, rate, weight);
  }

  /// @notice Takes all data out of a deal of the provider.
  function empty(uint256 provider) internal {
    thaw(provider);
    uint256 k = find(provider, DealStatus.Active, true);
    if (k == NONE) k = store(provider);
    Revision memory revision = revisionOf(deals[k].id, DataSets.make(0, 0, 0));
    revision.end = uint32(period() + roll(2));
    if (revision.end > deals[k].end) revision.end = uint32(deals[k].end);
    commit(k, revision, 0, 0);
    refuseCancel(k);
  }

  /// @dev The renter cannot end a deal before its vouchers could be redeemed.
  function refuseCancel(uint256 k) private {
    address renter = renterOf(deals[k].renter).account;
    vm.expectPartialRevert(IDealSignals.TooEarlyToClose.selector);
    vm.prank(renter);
    market.cancel(deals[k].id);
  }

  function commit(uint256 k, Revision memory revision, uint256 rate, uint256 weight) internal {
    DealPage storage deal = deals[k];
    Actor memory caller = somebody();
    bytes memory byRenter = sign(deal.signerKey, revision);
    bytes memory byProvider = sign(owner(deal.provider).hotKey, revision);
    touch(deal.provider, caller.account);
    vm.prank(caller.account);
    market.commit(revision, byRenter, byProvider);
    if (weight != 0) deal.emptiedIn = 0;
    else if (deal.weight != 0) deal.emptiedIn = period();
    reweigh(deal, weight);
    deal.rate = rate;
    deal.end = revision.end;
    deal.status = revision.leaves == 0 ? DealStatus.Empty : DealStatus.Active;
  }

  /// @dev A revision that would lock more than the owner allows is refused; then the owner allows it.
  function refuseForLimit(DealPage storage deal, Revision memory revision, uint256 locked) private {
    bytes memory byRenter = sign(deal.signerKey, revision);
    bytes memory byProvider = sign(owner(deal.provider).hotKey, revision);
    vm.expectPartialRevert(IDealSignals.LockLimitPassed.selector);
    market.commit(revision, byRenter, byProvider);
    ++limitHeld;
    setLimit(deal.provider, locked + roll(UNIT));
  }

  /// @notice The owner allows no more than is locked, which keeps the next deal out until it thinks better of it.
  function holdLimit(uint256 provider) internal {
    setLimit(provider, roll(40 * UNIT));
    ready(provider);
    uint256 k = open(provider);
    setLimit(provider, UNIT * providers[provider].total);
    uint256 held = limitHeld;
    storeIn(k);
    check(limitHeld == held + 1, "the limit held");
  }

  function setLimit(uint256 provider, uint256 limit) internal {
    address who = owner(provider).account;
    touch(provider, who);
    vm.prank(who);
    market.setLockLimit(who, uint96(limit));
    providers[provider].limit = limit;
  }

  function reweigh(DealPage storage deal, uint256 weight) internal {
    ProviderPage storage page = providers[deal.provider];
    if (page.total == 0 && weight != 0) {
      page.answered = true;
      page.run = 0;
    }
    page.total = page.total - deal.weight + weight;
    deal.weight = weight;
  }

  function deposit(uint256 k, address caller, uint256 amount) internal {
    touch(deals[k].provider, caller);
    vm.prank(caller);
    market.deposit(deals[k].id, amount);
    deals[k].escrow += amount;
    deals[k].deposited += amount;
  }

  function raiseBounds(uint256 k) internal {
    DealPage storage deal = deals[k];
    address renter = renterOf(deal.renter).account;
    uint256 least = deal.maxEnd > period() + 2 ? deal.maxEnd : period() + 2;
    deal.maxEnd = least + roll(4);
    deal.maxEgress += roll(UNIT);
    touch(deal.provider, renter);
    vm.prank(renter);
    market.setBounds(deal.id, uint32(deal.maxEnd), type(uint40).max, uint96(deal.maxEgress));
  }

  function changeSigner(uint256 k) internal {
    DealPage storage deal = deals[k];
    uint256 wait = deal.signerSince + 2;
    if (deal.signerSince != 0 && period() < wait) travel(market.firstBlockOf(wait));
    if (!isOpen(k)) return changeSigner(open(deal.provider));
    address renter = renterOf(deal.renter).account;
    deal.oldSignerKey = deal.signerKey;
    deal.signerKey = uint256(keccak256(abi.encode("session", entropy)));
    deal.signerSince = period();
    touch(deal.provider, renter);
    address signer = vm.addr(deal.signerKey);
    vm.prank(renter);
    market.setSigner(deal.id, signer);
  }

  function leaveEarly(uint256 k) internal {
    DealPage storage deal = deals[k];
    address renter = renterOf(deal.renter).account;
    touch(deal.provider, renter);
    vm.prank(renter);
    market.leaveDeal(deal.id);
    if (deal.end > period() + 1 + NOTICE) deal.end = period() + 1 + NOTICE;
    deal.maxEnd = deal.end;
  }

  function cancel(uint256 provider) internal {
    uint256 k = find(provider, DealStatus.Empty, false);
    if (k == NONE) k = open(provider);
    address renter = renterOf(deals[k].renter).account;
    if (isKeptForVouchers(deals[k])) {
      refuseCancel(k);
      travel(market.firstBlockOf(deals[k].emptiedIn + 2) + roll(P));
    }
    touch(provider, renter);
    vm.prank(renter);
    market.cancel(deals[k].id);
    finish(deals[k], 0);
  }

  /// @notice Closes a deal with data in its last paid period or later.
  function close(uint256 provider) internal {
    uint256 k = find(provider, DealStatus.Active, false);
    if (k == NONE) k = store(provider);
    while (period() + 1 < deals[k].end) {
      ready(provider);
      travelToNextWindow();
    }
    thaw(provider);
    if (deals[k].past) return closePast(k);
    closeLive(k);
  }

  function closeLive(uint256 k) internal {
    DealPage storage deal = deals[k];
    address caller = somebody().account;
    if (period() <= deal.end) caller = flip() ? owner(deal.provider).account : owner(deal.provider).hot;
    touch(deal.provider, caller);
    vm.prank(caller);
    market.close(deal.id);
    finish(deal, 0);
  }

  /// @notice Closes a deal whose provider has defaulted, one way or the other.
  function closePast(uint256 k) internal {
    DealPage storage deal = deals[k];
    address caller = somebody().account;
    touch(deal.provider, caller);
    vm.prank(caller);
    uint256 way = roll(3);
    if (way == 0) market.close(deal.id);
    else if (way == 1) market.forfeit(deal.id);
    else market.expire(deal.id);
    finish(deal, deal.weight * deal.share);
  }

  /// @notice The provider gives a deal up, a challenged one as soon as any.
  function forfeit(uint256 provider) internal {
    thaw(provider);
    uint256 k = findChallenged(provider);
    if (k == NONE || flip()) k = find(provider, DealStatus.Active, false);
    if (k == NONE) k = store(provider);
    DealPage storage deal = deals[k];
    uint256 collateral = surrender(deal);
    address caller = flip() ? owner(provider).account : owner(provider).hot;
    touch(provider, caller);
    vm.prank(caller);
    market.forfeit(deal.id);
    finish(deal, collateral);
  }

  /// @dev Takes the deal's collateral, as far as it is covered, out of the stake.
  function surrender(DealPage storage deal) internal returns (uint256 collateral) {
    ProviderPage storage page = providers[deal.provider];
    uint256 cover = page.stake / page.total < UNIT ? page.stake / page.total : UNIT;
    collateral = deal.weight * cover;
    lose(page, collateral);
  }

  /// @dev Escrow and `collateral` go to the renter, an open challenge's bond back to the challenger.
  function finish(DealPage storage deal, uint256 collateral) internal {
    purse[deal.challenger] += deal.bond;
    deal.bond = 0;
    purse[renterOf(deal.renter).account] += collateral + deal.escrow;
    deal.refunded = deal.escrow;
    deal.escrow = 0;
    deal.rate = 0;
    deal.status = DealStatus.Closed;
    if (!deal.past) reweigh(deal, 0);
    deal.weight = 0;
  }

  // Stakes

  function topUp(uint256 provider, address caller, uint256 amount) internal {
    touch(provider, caller);
    vm.prank(caller);
    market.stake(owner(provider).account, amount);
    providers[provider].stake += amount;
  }

  function unstake(uint256 provider) internal {
    ProviderPage storage page = providers[provider];
    if (page.stake <= UNIT * page.total) topUp(provider, somebody().account, UNIT * page.total + UNIT - page.stake);
    uint256 free = page.stake - UNIT * page.total;
    uint256 amount = flip() ? free : 1 + roll(free);
    address who = owner(provider).account;
    touch(provider, who);
    vm.prank(who);
    market.unstake(amount);
    page.stake -= amount;
    purse[who] += amount;
  }

  /// @notice Somebody with credit.
  function anyCreditor() internal returns (address) {
    address[9] memory all = people();
    address who = all[roll(7)];
    if (market.credits(who) != 0) return who;
    if (market.credits(bob.account) == 0) unstake(BOB);
    return bob.account;
  }

  function withdraw() internal {
    address who = anyCreditor();
    uint256 amount = 1 + roll(market.credits(who));
    vm.prank(who);
    market.withdraw(amount, who);
    purse[who] -= amount;
  }

  // Audits

  /// @notice Dave stores something, vanishes until he defaults, and somebody says so.
  function vanish() internal {
    if (providers[DAVE].total == 0) store(DAVE);
    uint256 generation = providers[DAVE].generation;
    while (providers[DAVE].generation == generation) travel(market.firstBlockOf(period() + 1) + W + roll(W));
    syncBy(DAVE, mallory.account);
  }

  /// @notice The provider proves a period, and Mallory sends a copy of its proof after it.
  function proveTwice(uint256 provider) internal {
    if (providers[provider].total == 0) store(provider);
    if (providers[provider].answered || offset() >= W) travelToNextWindow();
    if (providers[provider].total == 0) return proveTwice(provider);
    if (offset() == 0) travel(vm.getBlockNumber() + 1);
    if (!_isDue(provider)) return proveTwice(provider);
    bytes memory samples = proveInBook(provider);
    uint256 p = period();
    vm.prank(mallory.account);
    market.prove(owner(provider).account, p, samples);
  }

  function syncBy(uint256 provider, address caller) internal {
    touch(provider, caller);
    vm.prank(caller);
    market.sync(owner(provider).account);
  }

  function settleBy(uint256 k, address caller) internal {
    touch(deals[k].provider, caller);
    vm.prank(caller);
    market.settle(deals[k].id);
  }

  /// @notice Settles all that can be settled and, among it, a deal that never was.
  function batchBy(address caller) internal {
    bytes[] memory calls = new bytes[](deals.length + 1);
    calls[0] = abi.encodeCall(market.settle, (keccak256("no such deal")));
    for (uint256 k; k < deals.length; ++k) {
      calls[k + 1] = abi.encodeCall(market.settle, (deals[k].id));
      if (deals[k].status != DealStatus.Closed) touch(deals[k].provider, caller);
    }
    vm.prank(caller);
    market.batch(calls, 500_000);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {Ask, IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {Rent} from "../libraries/Rent.sol";
import {RevisionDigest} from "../libraries/RevisionDigest.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Deal, DealStatus, DefaultRecord, OpenRequest, Parameters, ProviderAccount, Revision} from "../MarketTypes.sol";
import {DealBook} from "./DealBook.sol";
import {Schedule} from "./Schedule.sol";
import {Stakes} from "./Stakes.sol";

/// @title What the market does with deals
/// @notice The market's second body of code, deployed by its constructor and run by delegatecall: what is stored, held and
/// signed for is the market's. Called directly it has no deals, and no vault obeys it.
contract Deals is DealBook {
  using SumTree for SumTree.Tree;

  /// @dev Periods that a signature may be posted in after the one it was made for (R4).
  uint256 private constant VALID_AHEAD = 2;

  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    Parameters memory parameters_
  ) Schedule(parameters_) Stakes(vault_, registry_) {}

  /// @inheritdoc IMarketDeals
  function open(OpenRequest[] calldata requests) external nonReentrant returns (bytes32[] memory deals) {
    deals = new bytes32[](requests.length);
    uint256 escrow;
    for (uint256 i; i < requests.length; ++i) {
      deals[i] = _open(requests[i]);
      escrow += requests[i].escrow;
    }
    VAULT.take(msg.sender, escrow);
  }

  /// @inheritdoc IMarketDeals
  function deposit(bytes32 id, uint256 amount) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    deal.escrow = uint128(_within("escrow", deal.escrow + amount, 0, type(uint128).max));
    _deals[id].write(deal);
    emit DealDeposited(id, msg.sender, amount);
    VAULT.take(msg.sender, amount);
  }

  /// @inheritdoc IMarketDeals
  function setBounds(bytes32 id, uint32 maxEnd, uint40 maxLeaves) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    _within("maxEnd", maxEnd, deal.maxEnd, type(uint32).max);
    _within("maxLeaves", maxLeaves, deal.maxLeaves, type(uint40).max);
    deal.maxEnd = maxEnd;
    deal.maxLeaves = maxLeaves;
    _deals[id].write(deal);
    emit DealBoundsSet(id, maxEnd, maxLeaves);
  }

  /// @inheritdoc IMarketDeals
  function setSigner(bytes32 id, address signer) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    require(signer != address(0), ZeroSigner());
    uint256 period = currentPeriod();
    uint256 since = deal.signerSince;
    require(since == 0 || period >= since + 2, SignerChangeTooSoon(since, since + 2));
    deal.previousSigner = deal.signer;
    deal.signer = signer;
    deal.signerSince = uint32(period);
    _deals[id].write(deal);
    emit DealSignerSet(id, signer);
  }

  /// @inheritdoc IMarketDeals
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external nonReentrant {
    _commit(revision, renterSignature, providerSignature);
  }

  /// @inheritdoc IMarketDeals
  function settle(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    _settle(id, deal, account);
    _deals[id].write(deal);
  }

  /// @inheritdoc IMarketDeals
  function leaveDeal(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    deal.end = uint32(Math.min(deal.end, currentPeriod() + 1 + NOTICE_PERIODS));
    deal.maxEnd = deal.end;
    _deals[id].write(deal);
    emit DealLeft(id, deal.end);
  }

  /// @inheritdoc IMarketDeals
  function cancel(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touch(id);
    _requireRenter(id, deal);
    require(deal.leaves == 0, DealNotEmpty(id, deal.leaves));
    emit DealCancelled(id, _refund(id, deal));
  }

  /// @inheritdoc IMarketDeals
  function close(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (!_isPast(deal, account)) {
      _requireThawed(deal.provider, account);
      _requireClosable(id, deal);
    }
    _close(id, deal, account);
  }

  /// @inheritdoc IMarketDeals
  function forfeit(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (_isPast(deal, account)) return _close(id, deal, account);
    _requireThawed(deal.provider, account);
    _requireProvider(id, deal);
    require(deal.leaves != 0, DealIsEmpty(id));
    uint256 collateral = deal.weight * Rent.coverDown(account.stake, account.total, UNIT);
    _settle(id, deal, account);
    _reweigh(id, deal, account, 0);
    account.stake = uint96(account.stake - collateral);
    _save(deal.provider, account);
    _credit(deal.renter, collateral);
    emit DealForfeited(id, _refund(id, deal), collateral);
  }

  /// @inheritdoc IMarketDeals
  function batch(bytes[] calldata calls, uint256 gasPerItem) external {
    for (uint256 i; i < calls.length; ++i) {
      bytes calldata item = calls[i];
      bytes4 selector = bytes4(item);
      require(
        selector == this.commit.selector || selector == this.close.selector || selector == this.settle.selector,
        NotBatchable(selector)
      );
      _runItem(i, item, gasPerItem);
    }
  }

  function _open(OpenRequest calldata request) private returns (bytes32 id) {
    address provider = request.provider;
    _sync(provider);
    _operatorOf(provider);
    id = dealIdOf(msg.sender, provider, request.salt);
    Deal memory deal = _deals[id].read();
    require(deal.status == DealStatus.None, DealExists(id));
    require(request.signer != address(0), ZeroSigner());
    Ask memory ask = REGISTRY.askOf(provider);
    _requireAffordable(ask.price, request.maxPrice);
    _requireAffordable(ask.egressPrice, request.maxEgressPrice);
    uint256 period = currentPeriod();
    _within("maxEnd", request.maxEnd, period + 2, period + ask.maxPeriods);
    _within("maxLeaves", request.maxLeaves, Math.max(1, ask.minLeaves), ask.maxLeaves);
    _within("escrow", request.escrow, UNIT, type(uint128).max);
    deal.status = DealStatus.Empty;
    deal.end = request.maxEnd;
    deal.renter = msg.sender;
    deal.settledThrough = uint32(period);
    deal.provider = provider;
    deal.maxEnd = request.maxEnd;
    deal.maxLeaves = request.maxLeaves;
    deal.signer = request.signer;
    deal.price = ask.price;
    deal.egressPrice = ask.egressPrice;
    deal.escrow = request.escrow;
    _deals[id].write(deal);
    emit DealOpened(
      id,
      msg.sender,
      provider,
      deal.signer,
      deal.price,
      deal.egressPrice,
      deal.maxEnd,
      deal.maxLeaves,
      deal.escrow
    );
  }

  /// @dev The new rate, root and weight bind from the next period on.
  function _commit(Revision memory revision, bytes calldata renterSignature, bytes calldata providerSignature) private {
    bytes32 id = revision.deal;
    (Deal memory deal, ProviderAccount memory account) = _touchLive(id);
    uint256 period = currentPeriod();
    _requireThawed(deal.provider, account);
    _requireAcceptable(deal, revision, period);
    bytes32 digest = RevisionDigest.digestOf(revision);
    _requireSignature("renter", digest, deal.signer, renterSignature);
    _requireSignature("provider", digest, _operatorOf(deal.provider), providerSignature);
    _settle(id, deal, account);
    uint256 rate = Rent.rateUp(revision.price, revision.leaves);
    uint256 reserved = Rent.reserved(rate, period, revision.end);
    require(deal.escrow >= reserved, EscrowTooSmall(deal.escrow, reserved));
    uint256 weight = revision.leaves == 0 ? 0 : Rent.weightUp(rate, COLLATERAL_PERIODS, UNIT);
    _reweigh(id, deal, account, weight);
    deal.root = revision.root;
    deal.leaves = revision.leaves;
    deal.sectors = revision.sectors;
    deal.end = revision.end;
    deal.number = revision.number;
    deal.status = weight == 0 ? DealStatus.Empty : DealStatus.Active;
    deal.settledThrough = uint32(period);
    deal.price = revision.price;
    deal.rate = uint128(rate);
    _deals[id].write(deal);
    emit DealCommitted(
      id,
      deal.provider,
      deal.number,
      deal.root,
      deal.leaves,
      deal.sectors,
      deal.end,
      deal.price,
      rate,
      weight
    );
  }

  /// @dev The deal, which is not closed, and its provider's account, synced.
  function _touch(bytes32 id) private returns (Deal memory deal, ProviderAccount memory account) {
    deal = _deals[id].read();
    require(deal.status != DealStatus.None, DealUnknown(id));
    account = _sync(deal.provider);
    require(deal.status != DealStatus.Closed, DealIsClosed(id));
  }

  /// @dev As `_touch`, and the generation that holds the deal's collateral lives.
  function _touchLive(bytes32 id) private returns (Deal memory deal, ProviderAccount memory account) {
    (deal, account) = _touch(id);
    require(!_isPast(deal, account), DealDefaulted(id));
  }

  /// @dev R5, and the renter's compensation of R6. Both are due up to the last decided period, the end, or the default.
  function _settle(bytes32 id, Deal memory deal, ProviderAccount memory account) private {
    if (deal.weight == 0) return;
    address provider = deal.provider;
    uint256 through = Math.min(_decided(account), deal.end - 1);
    uint256 index = _compensationIndex[provider];
    if (_isPast(deal, account)) {
      DefaultRecord memory ended = _defaults[provider][deal.generation].toRecord();
      through = Math.min(through, ended.period - 1);
      index = ended.compensationIndex;
    }
    uint256 settled = deal.settledThrough;
    uint256 compensation = deal.weight * (index - deal.compensationIndex);
    if (through <= settled && compensation == 0) return;
    through = Math.max(through, settled);
    uint256 misses = missesThrough(provider, through) - missesThrough(provider, settled);
    uint256 rent = deal.rate * (through - settled - misses);
    deal.escrow = uint128(deal.escrow - rent);
    deal.settledThrough = uint32(through);
    deal.compensationIndex = index;
    _credit(provider, rent);
    _credit(deal.renter, compensation);
    emit DealSettled(id, provider, through, rent, compensation);
  }

  /// @dev Gives a settled deal of the live generation another weight, in the tree and in the account (R4, R6).
  function _reweigh(bytes32 id, Deal memory deal, ProviderAccount memory account, uint256 weight) private {
    uint256 old = deal.weight;
    if (weight == old) return;
    address provider = deal.provider;
    uint256 total = account.total;
    if (weight > old) _requireBacked(provider, account, weight - old);
    SumTree.Tree storage tree = _trees[provider][account.generation];
    if (old == 0) {
      deal.slot = uint32(tree.take());
      deal.generation = account.generation;
      deal.compensationIndex = _compensationIndex[provider];
      _dealInSlot[provider][deal.generation][deal.slot] = id;
      if (total == 0) _restart(account, currentPeriod());
    }
    tree.update(deal.slot, old, weight);
    if (weight == 0) {
      tree.free(deal.slot);
      delete _dealInSlot[provider][deal.generation][deal.slot];
    }
    deal.weight = uint64(weight);
    account.total = uint64(total + weight - old);
    _save(provider, account);
  }

  /// @dev Ends a deal, and pays the collateral if its generation has defaulted: that tree is history, only the slot's name
  /// goes.
  function _close(bytes32 id, Deal memory deal, ProviderAccount memory account) private {
    _settle(id, deal, account);
    uint256 collateral;
    if (_isPast(deal, account)) {
      collateral = uint256(deal.weight) * _defaults[deal.provider][deal.generation].toRecord().share;
      delete _dealInSlot[deal.provider][deal.generation][deal.slot];
      deal.weight = 0;
      _credit(deal.renter, collateral);
    } else {
      _reweigh(id, deal, account, 0);
    }
    emit DealClosed(id, _refund(id, deal), collateral);
  }

  /// @dev Ends a deal without weight for good: what is left in escrow goes to the renter.
  function _refund(bytes32 id, Deal memory deal) private returns (uint256 refund) {
    refund = deal.escrow;
    deal.escrow = 0;
    deal.rate = 0;
    deal.root = 0;
    deal.leaves = 0;
    deal.sectors = 0;
    deal.status = DealStatus.Closed;
    _deals[id].write(deal);
    _credit(deal.renter, refund);
  }

  /// @dev R14: what an item may use is capped, and it gets no less than that.
  function _runItem(uint256 index, bytes calldata item, uint256 gasPerItem) private {
    // Gas for this loop, the copy of the item and the event of its failure.
    uint256 needed = gasPerItem + gasPerItem / 63 + 10_000 + 16 * item.length;
    require(gasleft() >= needed, BatchGasTooLow(gasleft(), needed));
    (bool success, bytes memory reason) = address(this).delegatecall{gas: gasPerItem}(item);
    if (success) return;
    assembly ("memory-safe") {
      if gt(mload(reason), 256) {
        mstore(reason, 256)
      }
    }
    emit BatchItemFailed(index, reason);
  }

  /// @dev R4: what a revision may say, and when it may be posted.
  function _requireAcceptable(Deal memory deal, Revision memory revision, uint256 period) private pure {
    uint256 leaves = revision.leaves;
    require(revision.number > deal.number, StaleRevision(revision.number, deal.number));
    _within("period", period, 0, Math.saturatingSub(deal.end, 1));
    _within("validUntil", revision.validUntil, period, period + VALID_AHEAD);
    _within("end", revision.end, leaves == 0 ? 0 : period + 2, deal.maxEnd);
    _within("leaves", leaves, 0, deal.maxLeaves);
    _within("sectors", revision.sectors, Math.ceilDiv(leaves, LeafProof.SECTOR_LEAVES), leaves);
    _within("price", revision.price, 0, deal.price);
    if (leaves == 0) _within("root", uint256(revision.root), 0, 0);
  }

  /// @dev R12.
  function _requireSignature(bytes32 side, bytes32 digest, address expected, bytes calldata signature) private pure {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
    require(recovered == expected, BadSignature(_text(side), expected, recovered));
  }

  /// @dev R4, R6: locked grows only on a provider that has proven this period, and never beyond its stake.
  function _requireBacked(address provider, ProviderAccount memory account, uint256 added) private view {
    uint256 period = currentPeriod();
    uint256 total = account.total + added;
    require(total <= type(uint64).max, WeightOverflow(account.total, added));
    require(account.total == 0 || account.lastProven == period, NotProven(provider, period));
    require(account.stake >= UNIT * total, StakeTooSmall(account.stake, UNIT * total));
  }

  /// @dev R4: in its last paid period by either party, later by anyone.
  function _requireClosable(bytes32 id, Deal memory deal) private view {
    uint256 period = currentPeriod();
    uint256 lastPaid = Math.saturatingSub(deal.end, 1);
    require(period >= lastPaid, TooEarlyToClose(period, lastPaid));
    if (period == lastPaid && msg.sender != deal.renter) _requireProvider(id, deal);
  }

  function _requireAffordable(uint256 asked, uint256 max) private pure {
    require(asked <= max, PriceTooHigh(asked, max));
  }

  /// @dev R2.
  function _requireThawed(address provider, ProviderAccount memory account) private view {
    require(!_frozen(account), Frozen(provider, currentPeriod()));
  }

  function _requireRenter(bytes32 id, Deal memory deal) private view {
    require(msg.sender == deal.renter, NotParty(id, msg.sender));
  }

  function _requireProvider(bytes32 id, Deal memory deal) private view {
    require(msg.sender == deal.provider || msg.sender == _operatorOf(deal.provider), NotParty(id, msg.sender));
  }

  /// @dev Whether the generation that holds the deal's collateral has defaulted.
  function _isPast(Deal memory deal, ProviderAccount memory account) private pure returns (bool) {
    return deal.weight != 0 && deal.generation != account.generation;
  }
}

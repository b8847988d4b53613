// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {Ask} from "../interfaces/IProviderRegistry.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {Rent} from "../libraries/Rent.sol";
import {RevisionDigest} from "../libraries/RevisionDigest.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Deal, DealStatus, DefaultRecord, OpenRequest, ProviderAccount, Revision} from "../MarketTypes.sol";
import {Stakes} from "./Stakes.sol";

/// @title The part of the market that keeps deals
abstract contract Deals is Stakes, IMarketDeals {
  using SumTree for SumTree.Tree;

  /// @dev Periods that a signature may be posted in after the one it was made for (R4).
  uint256 private constant VALID_AHEAD = 2;

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
    (Deal storage deal, ) = _touchLive(id);
    deal.escrow = uint128(_within("escrow", deal.escrow + amount, 0, type(uint128).max));
    emit DealDeposited(id, msg.sender, amount);
    VAULT.take(msg.sender, amount);
  }

  /// @inheritdoc IMarketDeals
  function setBounds(bytes32 id, uint32 maxEnd, uint40 maxLeaves) external nonReentrant {
    (Deal storage deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    _within("maxEnd", maxEnd, deal.maxEnd, type(uint32).max);
    _within("maxLeaves", maxLeaves, deal.maxLeaves, type(uint40).max);
    deal.maxEnd = maxEnd;
    deal.maxLeaves = maxLeaves;
    emit DealBoundsSet(id, maxEnd, maxLeaves);
  }

  /// @inheritdoc IMarketDeals
  function setSigner(bytes32 id, address signer) external nonReentrant {
    (Deal storage deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    require(signer != address(0), ZeroSigner());
    uint256 period = currentPeriod();
    uint256 since = deal.signerSince;
    require(since == 0 || period >= since + 2, SignerChangeTooSoon(since, since + 2));
    deal.previousSigner = deal.signer;
    deal.signer = signer;
    deal.signerSince = uint32(period);
    emit DealSignerSet(id, signer);
  }

  /// @inheritdoc IMarketDeals
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external nonReentrant {
    bytes32 id = revision.deal;
    (Deal storage deal, ProviderAccount storage account) = _touchLive(id);
    _requireThawed(deal.provider, account);
    _requireAcceptable(deal, revision);
    _requireSigned(deal, revision, renterSignature, providerSignature);
    _settle(id, deal, account);
    uint256 rate = Rent.rateUp(revision.price, revision.leaves);
    uint256 weight = revision.leaves == 0 ? 0 : Rent.weightUp(rate, COLLATERAL_PERIODS, UNIT);
    uint256 reserved = Rent.reserved(rate, currentPeriod(), revision.end);
    require(deal.escrow >= reserved, EscrowTooSmall(deal.escrow, reserved));
    _reweigh(id, deal, account, weight);
    _write(deal, revision, rate);
    emit DealCommitted(
      id,
      deal.provider,
      revision.number,
      revision.root,
      revision.leaves,
      revision.sectors,
      revision.end,
      revision.price,
      rate,
      weight
    );
  }

  /// @inheritdoc IMarketDeals
  function settle(bytes32 id) external nonReentrant {
    (Deal storage deal, ProviderAccount storage account) = _touch(id);
    _settle(id, deal, account);
  }

  /// @inheritdoc IMarketDeals
  function leaveDeal(bytes32 id) external nonReentrant {
    (Deal storage deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    uint32 end = uint32(Math.min(deal.end, currentPeriod() + 1 + NOTICE_PERIODS));
    deal.end = end;
    deal.maxEnd = end;
    emit DealLeft(id, end);
  }

  /// @inheritdoc IMarketDeals
  function cancel(bytes32 id) external nonReentrant {
    (Deal storage deal, ) = _touch(id);
    _requireRenter(id, deal);
    require(deal.leaves == 0, DealNotEmpty(id, deal.leaves));
    emit DealCancelled(id, _refund(deal));
  }

  /// @inheritdoc IMarketDeals
  function close(bytes32 id) external nonReentrant {
    (Deal storage deal, ProviderAccount storage account) = _touch(id);
    if (_isPast(deal, account)) return _closeDefaulted(id, deal, account);
    _requireThawed(deal.provider, account);
    uint256 period = currentPeriod();
    uint256 lastPaid = Math.saturatingSub(deal.end, 1);
    require(period >= lastPaid, TooEarlyToClose(period, lastPaid));
    if (period == lastPaid && msg.sender != deal.renter) _requireProvider(id, deal);
    _settle(id, deal, account);
    _reweigh(id, deal, account, 0);
    emit DealClosed(id, _refund(deal), 0);
  }

  /// @inheritdoc IMarketDeals
  function forfeit(bytes32 id) external nonReentrant {
    (Deal storage deal, ProviderAccount storage account) = _touch(id);
    if (_isPast(deal, account)) return _closeDefaulted(id, deal, account);
    _requireThawed(deal.provider, account);
    _requireProvider(id, deal);
    uint256 weight = deal.weight;
    require(weight != 0, DealIsEmpty(id));
    uint256 collateral = weight * Rent.coverDown(account.stake, account.total, UNIT);
    _settle(id, deal, account);
    _reweigh(id, deal, account, 0);
    account.stake -= uint96(collateral);
    _credits[deal.renter] += collateral;
    emit DealForfeited(id, _refund(deal), collateral);
  }

  /// @inheritdoc IMarketDeals
  function batch(bytes[] calldata calls, uint256 gasPerItem) external {
    for (uint256 i; i < calls.length; ++i) {
      bytes4 selector = bytes4(calls[i]);
      require(
        selector == this.commit.selector || selector == this.close.selector || selector == this.settle.selector,
        NotBatchable(selector)
      );
      _runItem(i, calls[i], gasPerItem);
    }
  }

  /// @inheritdoc IMarketDeals
  function dealIdOf(address renter, address provider, bytes32 salt) public view returns (bytes32) {
    return keccak256(abi.encodePacked(block.chainid, address(this), renter, provider, salt));
  }

  /// @inheritdoc IMarketDeals
  function dealOf(bytes32 id) external view returns (Deal memory) {
    return _deals[id];
  }

  /// @inheritdoc IMarketDeals
  function dealAt(address provider, uint256 generation, uint256 slot) external view returns (bytes32) {
    return _dealInSlot[provider][generation][slot];
  }

  /// @inheritdoc IMarketDeals
  function slotCountOf(address provider, uint256 generation) external view returns (uint256) {
    return _trees[provider][generation].slots;
  }

  /// @inheritdoc IMarketDeals
  function digestOf(Revision calldata revision) external view returns (bytes32) {
    return RevisionDigest.digestOf(revision);
  }

  function _open(OpenRequest calldata request) private returns (bytes32 id) {
    _sync(request.provider);
    _requireRegistered(request.provider);
    id = dealIdOf(msg.sender, request.provider, request.salt);
    Deal storage deal = _deals[id];
    require(deal.status == DealStatus.None, DealExists(id));
    require(request.signer != address(0), ZeroSigner());
    Ask memory ask = REGISTRY.askOf(request.provider);
    require(ask.price <= request.maxPrice, PriceTooHigh(ask.price, request.maxPrice));
    require(ask.egressPrice <= request.maxEgressPrice, PriceTooHigh(ask.egressPrice, request.maxEgressPrice));
    uint256 period = currentPeriod();
    _within("maxEnd", request.maxEnd, period + 2, period + ask.maxPeriods);
    _within("maxLeaves", request.maxLeaves, Math.max(1, ask.minLeaves), ask.maxLeaves);
    _within("escrow", request.escrow, UNIT, type(uint128).max);
    deal.status = DealStatus.Empty;
    deal.end = request.maxEnd;
    deal.renter = msg.sender;
    deal.settledThrough = uint32(period);
    deal.provider = request.provider;
    deal.maxEnd = request.maxEnd;
    deal.maxLeaves = request.maxLeaves;
    deal.signer = request.signer;
    deal.price = ask.price;
    deal.egressPrice = ask.egressPrice;
    deal.escrow = request.escrow;
    emit DealOpened(
      id,
      msg.sender,
      request.provider,
      request.signer,
      ask.price,
      ask.egressPrice,
      request.maxEnd,
      request.maxLeaves,
      request.escrow
    );
  }

  /// @dev The deal, which is not closed, and its provider's account, synced.
  function _touch(bytes32 id) private returns (Deal storage deal, ProviderAccount storage account) {
    deal = _deals[id];
    DealStatus status = deal.status;
    require(status != DealStatus.None, DealUnknown(id));
    account = _sync(deal.provider);
    require(status != DealStatus.Closed, DealIsClosed(id));
  }

  /// @dev As `_touch`, and the generation that holds the deal's collateral lives.
  function _touchLive(bytes32 id) private returns (Deal storage deal, ProviderAccount storage account) {
    (deal, account) = _touch(id);
    require(!_isPast(deal, account), DealDefaulted(id));
  }

  /// @dev R5, and the renter's compensation of R6. Both are due up to the last decided period, the end, or the default.
  function _settle(bytes32 id, Deal storage deal, ProviderAccount storage account) private {
    uint256 weight = deal.weight;
    if (weight == 0) return;
    address provider = deal.provider;
    uint256 through = Math.min(_decided(account), deal.end - 1);
    uint256 index = _compensationIndex[provider];
    if (_isPast(deal, account)) {
      DefaultRecord storage ended = _defaults[provider][deal.generation];
      through = Math.min(through, ended.period - 1);
      index = ended.compensationIndex;
    }
    uint256 settled = deal.settledThrough;
    uint256 compensation = weight * (index - deal.compensationIndex);
    if (through <= settled && compensation == 0) return;
    uint256 misses = missesThrough(provider, through) - missesThrough(provider, Math.min(settled, through));
    uint256 rent = Rent.owed(deal.rate, settled, through, misses);
    deal.escrow -= uint128(rent);
    deal.settledThrough = uint32(Math.max(settled, through));
    deal.compensationIndex = index;
    _credits[provider] += rent;
    _credits[deal.renter] += compensation;
    emit DealSettled(id, provider, through, rent, compensation);
  }

  /// @dev Gives a settled deal of the live generation another weight, in the tree and in the account (R4, R6).
  function _reweigh(bytes32 id, Deal storage deal, ProviderAccount storage account, uint256 weight) private {
    uint256 old = deal.weight;
    if (weight == old) return;
    address provider = deal.provider;
    uint256 total = account.total;
    if (weight > old) _requireBacked(provider, account, total, weight - old);
    uint256 generation = account.generation;
    SumTree.Tree storage tree = _trees[provider][generation];
    if (old == 0) {
      uint256 slot = tree.insert(weight);
      _dealInSlot[provider][generation][slot] = id;
      deal.slot = uint32(slot);
      deal.generation = uint32(generation);
      deal.compensationIndex = _compensationIndex[provider];
      if (total == 0) _restart(account, currentPeriod());
    } else if (weight == 0) {
      tree.remove(deal.slot, old);
      delete _dealInSlot[provider][generation][deal.slot];
    } else {
      tree.update(deal.slot, old, weight);
    }
    deal.weight = uint64(weight);
    account.total = uint64(total + weight - old);
  }

  /// @dev Takes over what the revision says; it pays and is owed from the next period on.
  function _write(Deal storage deal, Revision calldata revision, uint256 rate) private {
    deal.root = revision.root;
    deal.leaves = revision.leaves;
    deal.sectors = revision.sectors;
    deal.end = revision.end;
    deal.number = revision.number;
    deal.status = revision.leaves == 0 ? DealStatus.Empty : DealStatus.Active;
    deal.settledThrough = uint32(currentPeriod());
    deal.price = revision.price;
    deal.rate = uint128(rate);
  }

  /// @dev Closes a deal whose generation has defaulted; its tree is history, only the slot's name goes.
  function _closeDefaulted(bytes32 id, Deal storage deal, ProviderAccount storage account) private {
    _settle(id, deal, account);
    address provider = deal.provider;
    uint256 generation = deal.generation;
    uint256 collateral = uint256(deal.weight) * _defaults[provider][generation].share;
    delete _dealInSlot[provider][generation][deal.slot];
    deal.weight = 0;
    _credits[deal.renter] += collateral;
    emit DealClosed(id, _refund(deal), collateral);
  }

  /// @dev Ends a deal without weight for good: what is left in escrow goes to the renter.
  function _refund(Deal storage deal) private returns (uint256 refund) {
    refund = deal.escrow;
    deal.escrow = 0;
    deal.rate = 0;
    deal.root = 0;
    deal.leaves = 0;
    deal.sectors = 0;
    deal.status = DealStatus.Closed;
    _credits[deal.renter] += refund;
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
  function _requireAcceptable(Deal storage deal, Revision calldata revision) private view {
    uint256 period = currentPeriod();
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
  function _requireSigned(
    Deal storage deal,
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) private view {
    bytes32 digest = RevisionDigest.digestOf(revision);
    _requireSignature("renter", digest, deal.signer, renterSignature);
    _requireSignature("provider", digest, REGISTRY.operatorOf(deal.provider), providerSignature);
  }

  function _requireSignature(
    string memory side,
    bytes32 digest,
    address expected,
    bytes calldata signature
  ) private pure {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
    require(recovered == expected, BadSignature(side, expected, recovered));
  }

  /// @dev R4, R6: locked grows only on a provider that has proven this period, and never beyond its stake.
  function _requireBacked(
    address provider,
    ProviderAccount storage account,
    uint256 total,
    uint256 added
  ) private view {
    uint256 period = currentPeriod();
    require(total + added <= type(uint64).max, WeightOverflow(total, added));
    require(total == 0 || account.lastProven == period, NotProven(provider, period));
    uint256 locked = UNIT * (total + added);
    require(account.stake >= locked, StakeTooSmall(account.stake, locked));
  }

  /// @dev R2.
  function _requireThawed(address provider, ProviderAccount storage account) private view {
    require(!_frozen(account), Frozen(provider, currentPeriod()));
  }

  function _requireRenter(bytes32 id, Deal storage deal) private view {
    require(msg.sender == deal.renter, NotParty(id, msg.sender));
  }

  function _requireProvider(bytes32 id, Deal storage deal) private view {
    address provider = deal.provider;
    require(msg.sender == provider || msg.sender == REGISTRY.operatorOf(provider), NotParty(id, msg.sender));
  }

  /// @dev Whether the generation that holds the deal's collateral has defaulted.
  function _isPast(Deal storage deal, ProviderAccount storage account) private view returns (bool) {
    return deal.weight != 0 && deal.generation != account.generation;
  }
}

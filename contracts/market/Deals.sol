// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketChallenges} from "../interfaces/IMarketChallenges.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {IMarketVouchers} from "../interfaces/IMarketVouchers.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IVault} from "../interfaces/IVault.sol";
import {ContractSignature} from "../libraries/ContractSignature.sol";
import {Digests} from "../libraries/Digests.sol";
import {LeafProof} from "../libraries/LeafProof.sol";
import {Rent} from "../libraries/Rent.sol";
import {SumTree} from "../libraries/SumTree.sol";
import {Deal, DealStatus, DefaultRecord, Parameters, ProviderAccount, Revision} from "../MarketTypes.sol";
import {DealRules} from "./DealRules.sol";
import {Schedule} from "./Schedule.sol";
import {Stakes} from "./Stakes.sol";

/// @title What the market does with deals
/// @notice The market's second body of code, deployed by its constructor and run by delegatecall: what is stored, held and
/// signed for is the market's. Called directly it has no deals, and no vault obeys it.
contract Deals is DealRules {
  using SumTree for SumTree.Tree;

  /// @dev Periods that a signature may be posted in after the one it was made for (R4).
  uint256 private constant VALID_AHEAD = 2;

  uint256 private immutable SIGNATURE_GAS;

  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    Parameters memory parameters_
  ) Schedule(parameters_) Stakes(vault_, registry_) {
    SIGNATURE_GAS = parameters_.signatureGas;
  }

  /// @notice As `IMarketDeals` says.
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external nonReentrant {
    _commit(revision, renterSignature, providerSignature);
  }

  /// @notice As `IMarketDeals` says.
  function settle(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    _settle(id, deal, account);
    _deals[id].write(deal);
  }

  /// @notice As `IMarketDeals` says.
  function leaveDeal(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    deal.end = uint32(Math.min(deal.end, currentPeriod() + 1 + NOTICE_PERIODS));
    deal.maxEnd = deal.end;
    _deals[id].write(deal);
    emit DealLeft(id, deal.end);
  }

  /// @notice As `IMarketDeals` says.
  function cancel(bytes32 id) external nonReentrant {
    (Deal memory deal, ) = _touch(id);
    _requireRenter(id, deal);
    require(deal.leaves == 0, DealNotEmpty(id, deal.leaves));
    emit DealCancelled(id, _refund(id, deal));
  }

  /// @notice As `IMarketDeals` says.
  function close(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (!_isPast(deal, account)) {
      _requireThawed(deal.provider, account);
      require(!deal.challenged, DealChallenged(id));
      _requireClosable(id, deal);
    }
    _close(id, deal, account);
  }

  /// @notice As `IMarketDeals` says.
  function forfeit(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (_isPast(deal, account)) return _close(id, deal, account);
    _requireThawed(deal.provider, account);
    _requireProvider(id, deal);
    require(deal.leaves != 0, DealIsEmpty(id));
    (uint256 refund, uint256 collateral) = _surrender(id, deal, account);
    emit DealForfeited(id, refund, collateral);
  }

  /// @notice As `IMarketChallenges` says.
  function expire(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    if (_isPast(deal, account)) return _close(id, deal, account);
    _requireThawed(deal.provider, account);
    require(deal.challenged, NotChallenged(id));
    uint256 from = firstBlockOf(uint256(_challenges[id].period) + 1) + WINDOW_BLOCKS;
    require(block.number >= from, TooEarlyToExpire(block.number, from));
    (uint256 refund, uint256 collateral) = _surrender(id, deal, account);
    emit ChallengeExpired(id, deal.provider, refund, collateral);
  }

  /// @notice As `IMarketVouchers` says.
  function redeem(bytes32 id, uint128 amount, bytes calldata signature) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    (address previousSigner, uint256 redeemed) = _deals[id].egressOf();
    _requireVoucher(id, deal, previousSigner, amount, signature);
    _settle(id, deal, account);
    uint256 reserved = _isPast(deal, account) ? 0 : Rent.reserved(deal.rate, deal.settledThrough, deal.end);
    uint256 available = Math.min(Math.saturatingSub(deal.escrow, reserved), type(uint96).max - redeemed);
    uint256 paid = Math.min(Math.saturatingSub(amount, redeemed), available);
    require(paid != 0, NothingToRedeem(amount, redeemed, available));
    deal.escrow -= uint128(paid);
    _deals[id].write(deal);
    _deals[id].setEgress(previousSigner, redeemed + paid);
    _credit(deal.provider, paid);
    emit VoucherRedeemed(id, deal.provider, paid, redeemed + paid);
  }

  /// @notice As `IMarketDeals` says.
  function batch(bytes[] calldata calls, uint256 gasPerItem) external {
    for (uint256 i; i < calls.length; ++i) {
      bytes calldata item = calls[i];
      bytes4 selector = bytes4(item);
      require(_isBatchable(selector), NotBatchable(selector));
      _runItem(i, item, gasPerItem);
    }
  }

  /// @dev The new rate, root and weight bind from the next period on.
  function _commit(Revision memory revision, bytes calldata renterSignature, bytes calldata providerSignature) private {
    bytes32 id = revision.deal;
    (Deal memory deal, ProviderAccount memory account) = _touchLive(id);
    uint256 period = currentPeriod();
    _requireThawed(deal.provider, account);
    require(!deal.challenged, DealChallenged(id));
    _requireAcceptable(deal, revision, period);
    bytes32 digest = Digests.ofRevision(revision);
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

  /// @dev R5, and the renter's compensation of R6. Both are due up to the last decided period, the end, or the default.
  function _settle(bytes32 id, Deal memory deal, ProviderAccount memory account) private {
    if (deal.weight == 0) return;
    address provider = deal.provider;
    uint256 through = Math.min(_decided(account), deal.end - 1);
    uint128 index = _misses[provider].compensationIndex;
    if (_isPast(deal, account)) {
      DefaultRecord memory ended = _defaults[provider][deal.generation].toRecord();
      through = Math.min(through, ended.period - 1);
      index = ended.compensationIndex;
    }
    uint256 compensation = _takeCompensation(id, deal.weight, index);
    uint256 settled = deal.settledThrough;
    if (through <= settled && compensation == 0) return;
    through = Math.max(through, settled);
    uint256 periods = through - settled;
    if (periods != 0) periods -= missesThrough(provider, through) - missesThrough(provider, settled);
    uint256 rent = deal.rate * periods;
    uint256 fee = Rent.bpsUp(deal.rate, FEE_BPS) * periods;
    deal.escrow = uint128(deal.escrow - rent);
    deal.settledThrough = uint32(through);
    _payFee(provider, fee);
    _credit(provider, rent - fee);
    _credit(deal.renter, compensation);
    emit DealSettled(id, provider, through, rent, fee, compensation);
  }

  /// @dev What misses up to `index` have brought a deal of `weight` since it was last credited (R6), token wei.
  function _takeCompensation(bytes32 id, uint256 weight, uint128 index) private returns (uint256) {
    // Nothing was missed since the market began: one read less for an honest provider.
    if (index == 0) return 0;
    (uint128 last, uint128 egressPrice) = _deals[id].indexOf();
    if (index == last) return 0;
    _deals[id].setIndex(index, egressPrice);
    return weight * (index - last);
  }

  /// @dev Writes a fee down for the epoch in which it is paid, whatever periods it is for (R11).
  function _payFee(address provider, uint256 fee) private {
    if (fee == 0) return;
    uint256 epoch = _epochOf(currentPeriod());
    _epochFees[epoch].paid += uint128(fee);
    _providerFees[epoch][provider] += fee;
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
      (, uint128 egressPrice) = _deals[id].indexOf();
      _deals[id].setIndex(_misses[provider].compensationIndex, egressPrice);
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

  /// @dev Ends a deal of the live generation for want of its data: its collateral and unspent escrow go to the renter.
  function _surrender(
    bytes32 id,
    Deal memory deal,
    ProviderAccount memory account
  ) private returns (uint256 refund, uint256 collateral) {
    collateral = deal.weight * Rent.coverDown(account.stake, account.total, UNIT);
    _settle(id, deal, account);
    _reweigh(id, deal, account, 0);
    account.stake = uint96(account.stake - collateral);
    _save(deal.provider, account);
    _credit(deal.renter, collateral);
    refund = _refund(id, deal);
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

  /// @dev Ends a deal without weight for good: what is left in escrow goes to the renter, the bond of an open challenge back to
  /// the challenger.
  function _refund(bytes32 id, Deal memory deal) private returns (uint256 refund) {
    if (deal.challenged) {
      (address challenger, uint256 bond) = _endChallenge(id, deal);
      _credit(challenger, bond);
      emit BondReturned(id, challenger, bond);
    }
    refund = deal.escrow;
    deal.escrow = 0;
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

  /// @dev R12: a key's signature counts whatever the code at its address; then that code is asked.
  function _requireSignature(bytes32 side, bytes32 digest, address expected, bytes calldata signature) private view {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
    if (recovered == expected || ContractSignature.isValid(expected, digest, signature, SIGNATURE_GAS)) return;
    revert BadSignature(_text(side), expected, recovered);
  }

  /// @dev R4, R12: by the deal's signer, or by the one before until the period after the change is over; by a key only.
  function _requireVoucher(
    bytes32 id,
    Deal memory deal,
    address previousSigner,
    uint128 amount,
    bytes calldata signature
  ) private view {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(Digests.ofVoucher(id, amount), signature);
    bool inGrace = recovered == previousSigner && currentPeriod() <= uint256(deal.signerSince) + 1;
    require(recovered != address(0) && (recovered == deal.signer || inGrace), BadVoucher(id, recovered));
  }

  /// @dev R14: what makes sense many times in one transaction.
  function _isBatchable(bytes4 selector) private pure returns (bool) {
    return
      selector == IMarketDeals.open.selector ||
      selector == IMarketDeals.permit.selector ||
      selector == IMarketDeals.commit.selector ||
      selector == IMarketDeals.settle.selector ||
      selector == IMarketVouchers.redeem.selector ||
      selector == IMarketDeals.close.selector ||
      selector == IMarketChallenges.expire.selector;
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

  /// @dev R2.
  function _requireThawed(address provider, ProviderAccount memory account) private view {
    require(!_frozen(account), Frozen(provider, currentPeriod()));
  }

  function _requireProvider(bytes32 id, Deal memory deal) private view {
    require(msg.sender == deal.provider || msg.sender == _operatorOf(deal.provider), NotParty(id, msg.sender));
  }
}

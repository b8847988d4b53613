// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ContractSignature} from "../../libraries/ContractSignature.sol";
import {Digests} from "../../libraries/Digests.sol";
import {LeafProof} from "../../libraries/LeafProof.sol";
import {Rent} from "../../libraries/Rent.sol";
import {Deal, DealStatus, Parameters, ProviderAccount, Revision} from "../../MarketTypes.sol";
import {IDelegatedVerbs} from "../DelegatedVerbs.sol";
import {DealLedger} from "../DealLedger.sol";

/// @title What a deal stores, by revisions that both sides signed (R4, R12)
abstract contract Revisions is DealLedger, IDelegatedVerbs {
  /// @dev Periods that a signature may be posted in after the one it was made for.
  uint256 private constant VALID_AHEAD = 2;
  /// @dev However small the deal, it may have so many sectors; above that one for so many leaves. Whoever signs for a deal works
  /// through its sectors: one leaf named hundreds of thousands of times would keep a provider busy for seconds.
  uint256 private constant FREE_SECTORS = 4_096;
  uint256 private constant LEAVES_PER_SECTOR = 256;

  uint256 private immutable SIGNATURE_GAS;

  constructor(Parameters memory parameters_) {
    SIGNATURE_GAS = parameters_.signatureGas;
  }

  /// @inheritdoc IDelegatedVerbs
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external nonReentrant {
    _commit(revision, renterSignature, providerSignature);
  }

  /// @dev In memory, since the stack would not hold the parts of a revision in calldata.
  function _commit(Revision memory revision, bytes calldata renterSignature, bytes calldata providerSignature) private {
    bytes32 id = revision.deal;
    (Deal memory deal, ProviderAccount memory account) = _touchLive(id);
    uint256 period = currentPeriod();
    _requireThawed(deal.provider, account);
    _requireUnchallenged(id, deal);
    _requireAcceptable(deal, revision, period);
    bytes32 digest = Digests.ofRevision(revision);
    _requireSignature("renter", digest, deal.signer, renterSignature);
    _requireSignature("provider", digest, _operatorOf(deal.provider), providerSignature);
    _settle(id, deal, account);
    uint256 rate = Rent.rateUp(revision.price, revision.leaves);
    uint256 reserved = Rent.reserved(rate, period, revision.end);
    require(deal.escrow >= reserved, EscrowTooSmall(deal.escrow, reserved));
    uint256 weight = revision.leaves == 0 ? 0 : Rent.weightUp(rate, COLLATERAL_PERIODS, UNIT);
    // Not for an empty revision of an empty deal: that neither restarts the clock of `cancel` nor says that data was held.
    if (weight != 0 || deal.weight != 0) deal.settledThrough = uint32(period);
    _reweigh(id, deal, account, weight);
    deal.root = revision.root;
    deal.leaves = revision.leaves;
    deal.sectors = revision.sectors;
    deal.end = revision.end;
    deal.number = revision.number;
    deal.status = weight == 0 ? DealStatus.Empty : DealStatus.Active;
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

  /// @dev R4: what a revision may say, and when it may be posted.
  function _requireAcceptable(Deal memory deal, Revision memory revision, uint256 period) private pure {
    uint256 leaves = revision.leaves;
    require(revision.number > deal.number, StaleRevision(revision.number, deal.number));
    require(period < deal.end, DealEnded(revision.deal, period, deal.end));
    _within("validUntil", revision.validUntil, period, period + VALID_AHEAD);
    _within("leaves", leaves, 0, deal.maxLeaves);
    if (leaves == 0) {
      // No reserve and no collateral bind what an empty revision says: could it lower the price or move the end out, the deal
      // would be refilled for nothing and for ever.
      _within("end", revision.end, 0, deal.end);
      _within("price", revision.price, deal.price, deal.price);
      _within("sectors", revision.sectors, 0, 0);
      _within("root", uint256(revision.root), 0, 0);
    } else {
      _within("end", revision.end, period + 2, deal.maxEnd);
      _within("price", revision.price, 0, deal.price);
      _within("sectors", revision.sectors, Math.ceilDiv(leaves, LeafProof.SECTOR_LEAVES), _mostSectors(deal, leaves));
    }
  }

  /// @dev R4. What is stored may stay in its sectors whatever goes, so that deleting is never refused. No sector is empty; that
  /// there are at most 2^24 (R13) the type of the field sees to.
  function _mostSectors(Deal memory deal, uint256 leaves) private pure returns (uint256) {
    return Math.min(leaves, Math.max(deal.sectors, FREE_SECTORS + leaves / LEAVES_PER_SECTOR));
  }

  /// @dev R12: a key's signature counts whatever the code at its address; then that code is asked.
  function _requireSignature(bytes32 side, bytes32 digest, address expected, bytes calldata signature) private view {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(digest, signature);
    if (recovered == expected || ContractSignature.isValid(expected, digest, signature, SIGNATURE_GAS)) return;
    revert BadSignature(_text(side), expected, recovered);
  }
}

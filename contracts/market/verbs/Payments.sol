// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Digests} from "../../libraries/Digests.sol";
import {Rent} from "../../libraries/Rent.sol";
import {Deal, ProviderAccount} from "../../MarketTypes.sol";
import {IDelegatedVerbs} from "../DelegatedVerbs.sol";
import {DealLedger} from "../DealLedger.sol";

/// @title What a deal pays its provider: rent, and egress by vouchers (R4, R5, R12)
abstract contract Payments is DealLedger, IDelegatedVerbs {
  /// @inheritdoc IDelegatedVerbs
  function settle(bytes32 id) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    _settle(id, deal, account);
    _deals[id].write(deal);
  }

  /// @inheritdoc IDelegatedVerbs
  function redeem(bytes32 id, uint128 amount, bytes calldata signature) external nonReentrant {
    (Deal memory deal, ProviderAccount memory account) = _touch(id);
    _requireVoucher(id, deal, amount, signature);
    _settle(id, deal, account);
    uint256 redeemed = _deals[id].redeemedOf();
    // R5: a defaulted provider is paid no more rent, so nothing is kept for it. What was promised for reads stays owed, before the
    // refund: the default has its own price, the collateral.
    uint256 reserved = _isPast(deal, account) ? 0 : Rent.reserved(deal.rate, deal.settledThrough, deal.end);
    uint256 available = Math.min(Math.saturatingSub(deal.escrow, reserved), deal.maxEgress - redeemed);
    uint256 paid = Math.min(Math.saturatingSub(amount, redeemed), available);
    require(paid != 0, NothingToRedeem(amount, redeemed, available));
    deal.escrow -= uint128(paid);
    _deals[id].write(deal);
    _deals[id].setRedeemed(redeemed + paid);
    _credit(deal.provider, paid);
    emit VoucherRedeemed(id, deal.provider, paid, redeemed + paid);
  }

  /// @dev R4, R12: by the deal's signer, or by the one before until the period after the change is over; by a key only.
  function _requireVoucher(bytes32 id, Deal memory deal, uint128 amount, bytes calldata signature) private view {
    (address recovered, , ) = ECDSA.tryRecoverCalldata(Digests.ofVoucher(id, amount), signature);
    require(recovered != address(0), BadVoucher(id, recovered));
    if (recovered == deal.signer) return;
    (address previous, uint256 since) = _deals[id].previousOf();
    require(recovered == previous && currentPeriod() <= since + 1, BadVoucher(id, recovered));
  }
}

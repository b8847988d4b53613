// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IMarketDeals} from "../interfaces/IMarketDeals.sol";
import {Ask} from "../interfaces/IProviderRegistry.sol";
import {Deal, DealStatus, OpenRequest} from "../MarketTypes.sol";
import {DealQueries} from "./DealQueries.sol";

/// @title The part of the market in which a renter opens deals, pays in, and sets their bounds and signer
abstract contract RenterVerbs is DealQueries {
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
  function setBounds(bytes32 id, uint32 maxEnd, uint40 maxLeaves, uint96 maxEgress) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    _within("maxEnd", maxEnd, deal.maxEnd, type(uint32).max);
    _within("maxLeaves", maxLeaves, deal.maxLeaves, type(uint40).max);
    _within("maxEgress", maxEgress, deal.maxEgress, type(uint96).max);
    deal.maxEnd = maxEnd;
    deal.maxLeaves = maxLeaves;
    deal.maxEgress = maxEgress;
    _deals[id].write(deal);
    emit DealBoundsSet(id, maxEnd, maxLeaves, maxEgress);
  }

  /// @inheritdoc IMarketDeals
  function setSigner(bytes32 id, address signer) external nonReentrant {
    (Deal memory deal, ) = _touchLive(id);
    _requireRenter(id, deal);
    require(signer != address(0), ZeroSigner());
    uint256 period = currentPeriod();
    (, uint256 since) = _deals[id].previousOf();
    require(since == 0 || period >= since + 2, SignerChangeTooSoon(since, since + 2));
    _deals[id].setPrevious(deal.signer, period);
    deal.signer = signer;
    _deals[id].write(deal);
    emit DealSignerSet(id, signer);
  }

  /// @inheritdoc IMarketDeals
  function permit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external nonReentrant {
    IERC20 token = VAULT.token();
    // Refused, too, if somebody has sent the same permit before: then the allowance is there.
    try IERC20Permit(address(token)).permit(msg.sender, address(VAULT), amount, deadline, v, r, s) {} catch {}
    uint256 allowance = token.allowance(msg.sender, address(VAULT));
    require(allowance >= amount, PermitRefused(amount, allowance));
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
    deal.provider = provider;
    deal.maxEnd = request.maxEnd;
    deal.maxLeaves = request.maxLeaves;
    deal.signer = request.signer;
    deal.maxEgress = request.maxEgress;
    deal.price = ask.price;
    deal.escrow = request.escrow;
    _deals[id].write(deal);
    if (ask.egressPrice != 0) _deals[id].setIndex(0, ask.egressPrice);
    emit DealOpened(
      id,
      msg.sender,
      provider,
      deal.signer,
      deal.price,
      ask.egressPrice,
      deal.maxEnd,
      deal.maxLeaves,
      deal.maxEgress,
      deal.escrow
    );
  }

  function _requireAffordable(uint256 asked, uint256 max) private pure {
    require(asked <= max, PriceTooHigh(asked, max));
  }
}

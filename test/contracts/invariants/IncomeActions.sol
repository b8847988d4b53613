// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DealStatus} from "../../../contracts/MarketTypes.sol";
import {ChallengeActions} from "./ChallengeActions.sol";

/// @notice What a provider earns besides rent, vouchers and rewards, entered in the book as well.
abstract contract IncomeActions is ChallengeActions {
  // Vouchers

  /// @notice Somebody redeems a voucher of the present signer, or within its grace of the one before.
  function redeem(uint256 k) internal {
    DealPage storage deal = deals[k];
    if (deal.past) return;
    if (spare(deal) == 0) deposit(k, somebody().account, 1 + roll(UNIT));
    if (redeemable(deal) == 0) raiseEgress(deal);
    bool inGrace = deal.signerSince != 0 && period() <= deal.signerSince + 1;
    uint256 key = inGrace && flip() ? deal.oldSignerKey : deal.signerKey;
    uint128 amount = uint128(deal.redeemed + 1 + roll(2 * spare(deal)));
    uint256 paid = amount - deal.redeemed < redeemable(deal) ? amount - deal.redeemed : redeemable(deal);
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, market.voucherDigestOf(deal.id, amount));
    address caller = somebody().account;
    touch(deal.provider, caller);
    vm.prank(caller);
    market.redeem(deal.id, amount, abi.encodePacked(r, s, v));
    deal.redeemed += paid;
    deal.escrow -= paid;
    purse[owner(deal.provider).account] += paid;
  }

  function raiseEgress(DealPage storage deal) private {
    deal.maxEgress += 1 + roll(UNIT);
    address renter = renterOf(deal.renter).account;
    touch(deal.provider, renter);
    vm.prank(renter);
    market.setBounds(deal.id, uint32(deal.maxEnd), type(uint40).max, uint96(deal.maxEgress));
  }

  // Rewards

  function epochNow() internal view returns (uint256) {
    return (period() - 1) / EPOCH;
  }

  function sponsor() internal {
    uint256 epoch = epochNow() + roll(2);
    uint256 amount = 1 + roll(UNIT);
    vm.prank(carol.account);
    rewardPool.sponsor(epoch, amount);
    sponsored[epoch] += amount;
    purse[address(rewardPool)] += amount;
  }

  /// @notice The provider claims some finished epoch in which it paid fees; brings one about if there is none.
  function claim(uint256 provider) internal {
    uint256 epoch = findEpoch(provider);
    while (epoch == NONE) {
      uint256 k = store(provider);
      if (provider == BOB) travel(market.firstBlockOf(period() + 1) + W);
      else {
        travelToNextWindow();
        ready(provider);
      }
      if (deals[k].status != DealStatus.Closed) settleBy(k, somebody().account);
      travel(market.firstBlockOf((epochNow() + 1) * EPOCH + 1));
      epoch = findEpoch(provider);
    }
    claimEpoch(provider, epoch);
  }

  function claimEpoch(uint256 provider, uint256 epoch) internal {
    address who = owner(provider).account;
    uint256 paid = market.feesIn(epoch);
    uint256 burnt = (paid * FEE_BURN_BPS + 9_999) / 10_000;
    uint256 pot = paid - burnt + sponsored[epoch];
    uint256 reward = (pot * market.feesOf(epoch, who)) / paid;
    uint256 other = market.feesOf(epoch, owner(1 - provider).account);
    uint256 before = token.balanceOf(who);
    uint256[] memory epochs = new uint256[](1);
    epochs[0] = epoch;
    vm.prank(somebody().account);
    rewardPool.claim(who, epochs);
    checkEq(token.balanceOf(who), before + reward, "the reward is the book's");
    if (!collected[epoch]) {
      purse[BURN] += burnt;
      purse[address(rewardPool)] += paid - burnt;
      collected[epoch] = true;
    }
    claimed[epoch][provider] = true;
    rewarded[epoch] += reward;
    purse[address(rewardPool)] -= reward;
    if (other == 0 || claimed[epoch][1 - provider]) purse[address(rewardPool)] -= pot - rewarded[epoch];
  }

  function findEpoch(uint256 provider) internal view returns (uint256) {
    uint256 now_ = epochNow();
    for (uint256 epoch = now_ > 40 ? now_ - 40 : 0; epoch < now_; ++epoch) {
      if (!claimed[epoch][provider] && market.feesOf(epoch, owner(provider).account) != 0) return epoch;
    }
    return NONE;
  }
}

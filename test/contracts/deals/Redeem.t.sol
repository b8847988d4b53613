// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {Deal, OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {DataSets} from "../support/DataSets.sol";
import {ChallengeFixture} from "../support/ChallengeFixture.sol";

/// @notice Egress paid by vouchers out of escrow (R4, R12).
contract RedeemTest is ChallengeFixture {
  bytes32 private id;

  function setUp() public override {
    super.setUp();
    id = storeUntil(period() + 10);
  }

  function test_redeem_succeedsIfByAnybody(address caller, uint128 amount) public {
    amount = uint128(bound(amount, 1, 90e18));
    bytes memory signature = voucher(alice.hotKey, id, amount);
    vm.expectEmit(address(market));
    emit IDealSignals.VoucherRedeemed(id, bob.account, amount, amount);
    vm.prank(caller);
    market.redeem(id, amount, signature);
    checkEq(market.credits(bob.account), amount, "the provider is paid");
    checkEq(market.dealOf(id).escrow, 100e18 - amount, "out of escrow");
    checkEq(market.dealOf(id).redeemed, amount, "and it is written down");
  }

  function test_redeem_succeedsIfVouchersAreCumulative(uint64 first, uint64 second) public {
    first = uint64(bound(first, 1, 1e18));
    second = uint64(bound(second, 1, 1e18));
    redeem(id, first);
    redeem(id, first + second);
    checkEq(market.credits(bob.account), uint256(first) + second, "each voucher pays what it adds");
    refuse(first, first + second);
    refuse(first + second, first + second);
  }

  function test_redeem_succeedsWithWhatRentDoesNotNeed() public {
    proveNext(bob);
    uint256 reserved = 8 * LEAF_RENT;
    redeem(id, type(uint96).max);
    checkEq(market.dealOf(id).escrow, reserved, "the rent to the end stays");
    checkEq(market.credits(bob.account), 100e18 - reserved, "rent of one period, and all the rest");
    refuse(type(uint96).max, 100e18 - 9 * LEAF_RENT);
    vm.prank(alice.account);
    market.deposit(id, 5);
    redeem(id, type(uint96).max);
    checkEq(market.dealOf(id).redeemed, 100e18 - 9 * LEAF_RENT + 5, "more after a deposit");
  }

  function test_redeem_succeedsIfItLeavesEveryPeriodPaid() public {
    redeem(id, 1_000e18);
    for (uint256 i; i < 9; ++i) proveNext(bob);
    vm.prank(bob.account);
    market.close(id);
    checkEq(market.credits(bob.account), 100e18, "INV-4: all rent was there");
    checkEq(market.credits(alice.account), 0, "and nothing more");
  }

  function test_redeem_succeedsWhileFrozen() public {
    nextPeriod(1);
    redeem(id, 1e18);
    checkEq(market.credits(bob.account), 1e18, "money moves no draw");
  }

  /// @dev The hole: a session key could redeem all that rent did not need, and by an empty or a shorter revision free the rest.
  function test_stolenSigner_takesNoMoreThanMaxEgress(uint96 maxEgress, bool byShorterEnd) public {
    OpenRequest memory request = requestFor(alice, bob, "other");
    request.maxEgress = uint96(bound(maxEgress, 0, 50e18));
    bytes32 other = openDeal(alice, request);
    DataSets.DataSet memory set = DataSets.make("other", 1, 1_000);
    commitData(alice, bob, other, set);
    if (byShorterEnd) {
      Revision memory revision = revisionOf(other, set);
      revision.end = uint32(period() + 2);
      commitRevision(alice, bob, revision);
    } else {
      emptyDeal(other);
    }
    bytes memory all = voucher(alice.hotKey, other, type(uint128).max);
    if (request.maxEgress != 0) market.redeem(other, type(uint128).max, all);
    checkEq(market.credits(bob.account), request.maxEgress, "what Alice risked, and not a wei more");
    vm.expectRevert(
      abi.encodeWithSelector(IDealSignals.NothingToRedeem.selector, type(uint128).max, request.maxEgress, 0)
    );
    market.redeem(other, type(uint128).max, all);
    checkEq(market.dealOf(other).escrow, 100e18 - request.maxEgress, "the rest is hers");
  }

  function test_redeem_succeedsIfTheRenterRaisesTheBound() public {
    OpenRequest memory request = requestFor(alice, bob, "other");
    request.maxEgress = 5;
    bytes32 other = openDeal(alice, request);
    redeem(other, 7);
    checkEq(market.dealOf(other).redeemed, 5, "as far as she allows");
    vm.prank(alice.account);
    market.setBounds(other, request.maxEnd, request.maxLeaves, 6);
    redeem(other, 7);
    checkEq(market.dealOf(other).redeemed, 6, "then further");
  }

  function test_redeem_succeedsAfterADefaultUpToMaxEgress() public {
    OpenRequest memory request = requestFor(alice, dave, "other");
    request.maxEgress = 3e18;
    bytes32 other = openDeal(alice, request);
    commitData(alice, dave, other, DataSets.make("other", 1, 1_000));
    defaultOn(dave);
    redeem(other, 90e18);
    checkEq(market.credits(dave.account), 3e18, "no rent is kept back, the bound holds");
  }

  function test_redeem_succeedsAfterADefault() public {
    defaultOn(bob);
    redeem(id, 1_000e18);
    checkEq(market.dealOf(id).escrow, 0, "what was promised for egress is owed, and no rent is due any more");
  }

  function test_redeem_failsIfClosed() public {
    defaultOn(bob);
    market.close(id);
    bytes memory signature = voucher(alice.hotKey, id, 1);
    vm.expectRevert(isClosed(id));
    market.redeem(id, 1, signature);
  }

  function test_redeem_failsIfAnotherKeySigned(uint256 key) public {
    key = bound(key, 1, 2 ** 128);
    vm.assume(key != alice.hotKey);
    badVoucher(id, key, vm.addr(key));
    badVoucher(id, alice.key, alice.account);
    badVoucher(id, bob.hotKey, bob.hot);
  }

  function test_redeem_failsIfSignedForAnotherDealOrAmount() public {
    bytes32 other = openDeal(alice, bob, "other");
    bytes memory signature = voucher(alice.hotKey, other, 7);
    vm.expectPartialRevert(IDealSignals.BadVoucher.selector);
    market.redeem(id, 7, signature);
    vm.expectPartialRevert(IDealSignals.BadVoucher.selector);
    market.redeem(other, 8, signature);
  }

  function test_redeem_failsIfNoSignature(bytes memory junk) public {
    if (junk.length == 65) junk = bytes.concat(junk, hex"00");
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadVoucher.selector, id, address(0)));
    market.redeem(id, 1, junk);
  }

  function test_redeem_succeedsIfTheOldKeysGraceRuns() public {
    bytes memory old = voucher(alice.hotKey, id, 5);
    bytes memory older = voucher(alice.hotKey, id, 6);
    vm.prank(alice.account);
    market.setSigner(id, carol.hot);
    uint256 since = period();
    market.redeem(id, 5, old);
    goTo(since + 1, P - 1);
    market.redeem(id, 6, older);
    checkEq(market.credits(bob.account), 6, "to the end of the next period");
    bytes memory oldest = voucher(alice.hotKey, id, 7);
    goTo(since + 2, 0);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadVoucher.selector, id, alice.hot));
    market.redeem(id, 7, oldest);
    bytes memory fresh = voucher(carol.hotKey, id, 8);
    market.redeem(id, 8, fresh);
    checkEq(market.dealOf(id).redeemed, 8, "the new key counts on from there");
  }

  function test_setSigner_succeedsIfVouchersGoOn() public {
    redeem(id, 9);
    vm.prank(alice.account);
    market.setSigner(id, carol.hot);
    checkEq(market.dealOf(id).redeemed, 9, "what is redeemed stays redeemed");
    checkEq(market.dealOf(id).previousSigner, alice.hot, "and the old key is remembered");
  }

  function test_eip7702Voucher_succeedsIfTheSignerHasCode() public {
    bytes memory signature = voucher(alice.hotKey, id, 1e18);
    vm.etch(alice.hot, hex"fe");
    market.redeem(id, 1e18, signature);
    checkEq(market.credits(bob.account), 1e18, "a key stays a key, whatever code its account got since");
  }

  function test_redeem_failsIfAContractSaysItSigned() public {
    address wallet = address(new Yes());
    vm.prank(alice.account);
    market.setSigner(id, wallet);
    bytes memory any = voucher(mallory.key, id, 1);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadVoucher.selector, id, mallory.account));
    market.redeem(id, 1, any);
  }

  function test_redeem_succeedsInABatchWhereABadOneIsNamed() public {
    bytes[] memory calls = new bytes[](3);
    calls[0] = abi.encodeCall(market.redeem, (id, 3, voucher(alice.hotKey, id, 3)));
    calls[1] = abi.encodeCall(market.redeem, (id, 4, voucher(mallory.key, id, 4)));
    calls[2] = abi.encodeCall(market.redeem, (id, 5, voucher(alice.hotKey, id, 5)));
    vm.expectEmit(address(market));
    emit IDealSignals.BatchItemFailed(1, abi.encodeWithSelector(IDealSignals.BadVoucher.selector, id, mallory.account));
    market.batch(calls, 300_000);
    checkEq(market.dealOf(id).redeemed, 5, "the others are paid");
  }

  function test_redeem_succeedsIfTheDigestIsThatOfTheStandard(bytes32 deal, uint128 amount) public view {
    bytes32 struct_ = keccak256(abi.encode(keccak256("Voucher(bytes32 deal,uint128 amount)"), deal, amount));
    checkEq(market.voucherDigestOf(deal, amount), typedDigest(struct_), "EIP-712");
  }

  function test_redeem_succeedsIfEmptyAgain() public {
    emptyDeal(id);
    redeem(id, 1_000e18);
    Deal memory deal = market.dealOf(id);
    checkEq(deal.escrow, 0, "an empty deal needs no rent");
  }

  function refuse(uint128 amount, uint256 redeemed) private {
    bytes memory signature = voucher(alice.hotKey, id, amount);
    uint256 available = market.dealOf(id).escrow - rentLeft(id);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.NothingToRedeem.selector, amount, redeemed, available));
    market.redeem(id, amount, signature);
  }

  function badVoucher(bytes32 deal, uint256 key, address recovered) private {
    bytes memory signature = voucher(key, deal, 1);
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.BadVoucher.selector, deal, recovered));
    market.redeem(deal, 1, signature);
  }
}

/// @notice Says that it signed anything.
contract Yes {
  function isValidSignature(bytes32, bytes calldata) external pure returns (bytes4) {
    return this.isValidSignature.selector;
  }
}

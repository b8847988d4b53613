// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IMarketStakes} from "../../contracts/interfaces/IMarketStakes.sol";
import {IVault} from "../../contracts/interfaces/IVault.sol";
import {Vault} from "../../contracts/Vault.sol";
import {Checks} from "./support/Checks.sol";
import {MarketFixture} from "./support/MarketFixture.sol";
import {Verbs} from "./support/Verbs.sol";

/// @notice A token that misbehaves as it is told to.
contract OddToken {
  enum Manner {
    Good,
    TakesFee,
    GivesMore,
    SaysFalse,
    SaysNothing,
    CallsBack
  }

  mapping(address account => uint256) public balanceOf;
  Manner public manner;
  address public target;
  bytes public message;

  function mint(address to, uint256 amount) external {
    balanceOf[to] += amount;
  }

  function behave(Manner manner_) external {
    manner = manner_;
  }

  function callBack(address target_, bytes calldata message_) external {
    (manner, target, message) = (Manner.CallsBack, target_, message_);
  }

  function transferFrom(address from, address to, uint256 amount) external returns (bool) {
    return move(from, to, amount);
  }

  function transfer(address to, uint256 amount) external returns (bool) {
    return move(msg.sender, to, amount);
  }

  function move(address from, address to, uint256 amount) private returns (bool) {
    if (manner == Manner.SaysFalse) return false;
    balanceOf[from] -= amount;
    if (manner == Manner.TakesFee && amount != 0) --amount;
    if (manner == Manner.GivesMore) ++amount;
    balanceOf[to] += amount;
    if (manner == Manner.CallsBack) {
      (bool success, bytes memory reason) = target.call(message);
      if (!success) {
        assembly ("memory-safe") {
          revert(add(reason, 32), mload(reason))
        }
      }
    }
    if (manner == Manner.SaysNothing) {
      assembly ("memory-safe") {
        return(0, 0)
      }
    }
    return true;
  }
}

contract VaultTest is Checks {
  OddToken private token = new OddToken();
  Vault private vault = new Vault(IERC20(address(token)), address(this));
  address private alice = address(0xa11ce);

  function setUp() public {
    token.mint(alice, 1_000);
  }

  function test_take_succeedsIfTheAmountArrives(uint256 amount) public {
    amount = bound(amount, 0, 1_000);
    vault.take(alice, amount);
    checkEq(vault.accounted(), amount, "accounted for");
    checkEq(token.balanceOf(address(vault)), amount, "and there");
  }

  function test_take_succeedsIfTheTokenSaysNothing() public {
    token.behave(OddToken.Manner.SaysNothing);
    vault.take(alice, 5);
    vault.pay(alice, 5);
    checkEq(token.balanceOf(alice), 1_000, "in and out");
  }

  function test_take_succeedsIfSomebodyDonatedBefore() public {
    token.mint(address(vault), 77);
    vault.take(alice, 5);
    checkEq(vault.accounted(), 5, "a gift is nobody's");
  }

  function test_take_failsIfAnotherAmountArrives() public {
    token.behave(OddToken.Manner.TakesFee);
    vm.expectRevert(abi.encodeWithSelector(IVault.TransferMismatch.selector, 5, 4));
    vault.take(alice, 5);
    token.behave(OddToken.Manner.GivesMore);
    vm.expectRevert(abi.encodeWithSelector(IVault.TransferMismatch.selector, 5, 6));
    vault.take(alice, 5);
  }

  function test_take_failsIfTheTokenSaysFalse() public {
    token.behave(OddToken.Manner.SaysFalse);
    vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
    vault.take(alice, 5);
  }

  function test_pay_succeedsIfAccounted(uint256 taken, uint256 paid) public {
    taken = bound(taken, 0, 1_000);
    paid = bound(paid, 0, taken);
    vault.take(alice, taken);
    vault.pay(alice, paid);
    checkEq(vault.accounted(), taken - paid, "accounted for less");
    checkEq(token.balanceOf(alice), 1_000 - taken + paid, "paid out");
  }

  function test_pay_failsIfMoreThanAccounted() public {
    token.mint(address(vault), 77);
    vault.take(alice, 5);
    vm.expectRevert();
    vault.pay(alice, 6);
  }

  function test_pay_failsIfTheTokenSaysFalse() public {
    vault.take(alice, 5);
    token.behave(OddToken.Manner.SaysFalse);
    vm.expectRevert(abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token)));
    vault.pay(alice, 5);
  }

  function test_takeAndPay_failsIfNotTheMarket(address caller) public {
    vm.assume(caller != address(this));
    vm.expectRevert(abi.encodeWithSelector(IVault.NotMarket.selector, caller));
    vm.prank(caller);
    vault.take(alice, 1);
    vm.expectRevert(abi.encodeWithSelector(IVault.NotMarket.selector, caller));
    vm.prank(caller);
    vault.pay(caller, 1);
  }

  function test_constructor_failsIfAnAddressIsZero() public {
    vm.expectRevert(IVault.ZeroAddress.selector);
    new Vault(IERC20(address(0)), address(this));
    vm.expectRevert(IVault.ZeroAddress.selector);
    new Vault(IERC20(address(token)), address(0));
  }
}

/// @notice The market over a token that calls back.
contract ReentrantTokenTest is MarketFixture {
  OddToken private odd;

  function setUp() public override {
    super.setUp();
    odd = new OddToken();
    etchToken();
  }

  function test_verbs_failIfTheTokenCallsBack() public {
    bytes[23] memory messages = Verbs.all(market, bob.account, "any", mallory.account);
    for (uint256 i; i < messages.length; ++i) {
      OddToken(address(token)).callBack(address(market), messages[i]);
      vm.expectRevert(IMarketStakes.Reentered.selector);
      market.stake(bob.account, 0);
    }
  }

  function test_verbs_succeedIfOneAfterTheOther() public {
    market.stake(bob.account, 0);
    market.stake(bob.account, 0);
    market.sync(bob.account);
    checkEq(market.accountOf(bob.account).stake, 1_000e18, "the door opens again");
  }

  function etchToken() private {
    vm.etch(address(token), address(odd).code);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {HoldToken} from "../../contracts/HoldToken.sol";
import {IHoldToken} from "../../contracts/interfaces/IHoldToken.sol";
import {Checks} from "./support/Checks.sol";

contract HoldTokenTest is Checks {
  address private constant ALICE = address(0xa11ce);

  function test_constructor_succeedsIfTheHolderHasItAll(address holder, uint128 supply) public {
    vm.assume(holder != address(0));
    HoldToken token = new HoldToken(holder, supply, 0);
    checkEq(token.balanceOf(holder), supply, "the holder has the supply");
    checkEq(token.totalSupply(), supply, "and nobody else anything");
    checkEq(token.faucetAmount(), 0, "no faucet");
    checkEq(token.decimals(), 18, "18 decimals");
  }

  function test_drip_succeedsOnceInAHundredBlocks(uint96 amount) public {
    vm.assume(amount != 0);
    HoldToken token = new HoldToken(address(this), 1, amount);
    vm.roll(500);
    vm.prank(ALICE);
    token.drip();
    checkEq(token.balanceOf(ALICE), amount, "one draw");
    vm.roll(599);
    vm.expectRevert(abi.encodeWithSelector(IHoldToken.FaucetTooSoon.selector, ALICE, 500, 600));
    vm.prank(ALICE);
    token.drip();
    vm.roll(500 + token.FAUCET_BLOCKS());
    vm.prank(ALICE);
    token.drip();
    checkEq(token.balanceOf(ALICE), 2 * uint256(amount), "and another");
  }

  function test_drip_failsIfThereIsNoFaucet() public {
    HoldToken token = new HoldToken(address(this), 1, 0);
    vm.expectRevert(IHoldToken.NoFaucet.selector);
    token.drip();
  }

  function test_permit_succeedsIfSigned(uint256 value) public {
    HoldToken token = new HoldToken(address(this), 1, 0);
    uint256 key = 0xbeef;
    bytes32 types = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    bytes32 hash = keccak256(abi.encode(types, vm.addr(key), ALICE, value, token.nonces(vm.addr(key)), 1e12));
    bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash));
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
    token.permit(vm.addr(key), ALICE, value, 1e12, v, r, s);
    checkEq(token.allowance(vm.addr(key), ALICE), value, "approved without a transaction of the owner");
    checkEq(token.nonces(vm.addr(key)), 1, "once");
  }
}

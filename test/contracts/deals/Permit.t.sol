// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {OpenRequest} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

/// @notice Allowances by signature (ERC-2612), also when somebody else was faster.
contract PermitTest is MarketFixture {
  bytes32 private constant PERMIT_TYPE = keccak256(
    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
  );

  Actor private erin;

  function setUp() public override {
    super.setUp();
    erin = actor("erin");
    token.transfer(erin.account, 200e18);
  }

  function test_permit_succeedsIfSigned(uint128 amount) public {
    (uint8 v, bytes32 r, bytes32 s) = permitOf(erin, amount, block.timestamp);
    vm.prank(erin.account);
    market.permit(amount, block.timestamp, v, r, s);
    checkEq(token.allowance(erin.account, address(vault)), amount, "the vault may take as much");
  }

  function test_permit_succeedsIfFrontRun(uint128 amount) public {
    (uint8 v, bytes32 r, bytes32 s) = permitOf(erin, amount, block.timestamp);
    vm.prank(mallory.account);
    token.permit(erin.account, address(vault), amount, block.timestamp, v, r, s);
    vm.prank(erin.account);
    market.permit(amount, block.timestamp, v, r, s);
    checkEq(token.allowance(erin.account, address(vault)), amount, "Mallory only paid the gas");
  }

  function test_permit_succeedsInABatchBeforeAnOpen() public {
    (uint8 v, bytes32 r, bytes32 s) = permitOf(erin, 100e18, block.timestamp);
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = requestFor(erin, bob, "data");
    bytes[] memory calls = new bytes[](2);
    calls[0] = abi.encodeCall(market.permit, (100e18, block.timestamp, v, r, s));
    calls[1] = abi.encodeCall(market.open, (requests));
    vm.prank(erin.account);
    market.batch(calls, 500_000);
    checkEq(market.dealOf(market.dealIdOf(erin.account, bob.account, "data")).escrow, 100e18, "one transaction");
  }

  function test_permit_failsIfItIsNotTheCallers(uint128 amount) public {
    amount = uint128(bound(amount, 1, type(uint128).max));
    (uint8 v, bytes32 r, bytes32 s) = permitOf(mallory, amount, block.timestamp);
    refuse(amount, block.timestamp, v, r, s);
  }

  function test_permit_failsIfExpired() public {
    (uint8 v, bytes32 r, bytes32 s) = permitOf(erin, 5, block.timestamp - 1);
    refuse(5, block.timestamp - 1, v, r, s);
  }

  function refuse(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) private {
    vm.expectRevert(abi.encodeWithSelector(IDealSignals.PermitRefused.selector, amount, 0));
    vm.prank(erin.account);
    market.permit(amount, deadline, v, r, s);
  }

  function permitOf(
    Actor memory who,
    uint256 amount,
    uint256 deadline
  ) private view returns (uint8 v, bytes32 r, bytes32 s) {
    uint256 nonce = token.nonces(who.account);
    bytes32 struct_ = keccak256(abi.encode(PERMIT_TYPE, who.account, address(vault), amount, nonce, deadline));
    return vm.sign(who.key, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), struct_)));
  }
}

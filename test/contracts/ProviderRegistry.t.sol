// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Ask, IProviderRegistry, ProviderRecord} from "../../contracts/interfaces/IProviderRegistry.sol";
import {ProviderRegistry} from "../../contracts/ProviderRegistry.sol";
import {Checks} from "./support/Checks.sol";

/// @notice Stands for the market: writes down what limit it was told of.
contract LimitBook {
  mapping(address provider => uint256) public limitOf;

  function setLockLimit(address provider, uint96 limit) external {
    limitOf[provider] = limit;
  }
}

contract ProviderRegistryTest is Checks {
  IProviderRegistry private registry = new ProviderRegistry(address(new LimitBook()));
  address private bob = address(0xb0b);
  address private operator = address(0x0b0b);
  bytes private peer = hex"0024";
  string private addresses = "/ip4/1.2.3.4/tcp/4001";
  Ask private ask = Ask(1, 2, 3, 4, 5);

  function test_register_succeedsIfNew(address provider, address hot, Ask memory asked) public {
    vm.assume(hot != address(0));
    vm.roll(7);
    vm.expectEmit(address(registry));
    emit IProviderRegistry.ProviderRegistered(provider, hot, peer, addresses);
    vm.expectEmit(address(registry));
    emit IProviderRegistry.AskSet(provider, asked);
    vm.prank(provider);
    registry.register(hot, peer, addresses, asked, 77);
    ProviderRecord memory record = registry.record(provider);
    checkEq(record.operator, hot, "the operator");
    checkEq(record.registeredAt, 7, "the block");
    checkEq(keccak256(record.peerId), keccak256(peer), "the peer id");
    checkEq(keccak256(bytes(record.addresses)), keccak256(bytes(addresses)), "the addresses");
    checkEq(keccak256(abi.encode(record.ask)), keccak256(abi.encode(asked)), "the ask");
    checkEq(keccak256(abi.encode(registry.askOf(provider))), keccak256(abi.encode(asked)), "the ask on its own");
    checkEq(registry.operatorOf(provider), hot, "the operator on its own");
    checkEq(LimitBook(registry.market()).limitOf(provider), 77, "the market knows its lock limit");
    checkEq(registry.count(), 1, "counted");
    checkEq(registry.providerAt(0), provider, "in order");
  }

  function test_register_failsIfDoneBefore() public {
    register();
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.AlreadyRegistered.selector, bob));
    register();
  }

  function test_register_failsIfTheOperatorIsNobody() public {
    vm.expectRevert(IProviderRegistry.ZeroOperator.selector);
    registry.register(address(0), peer, addresses, ask, 77);
  }

  function test_register_failsIfTheEndpointDoesNotFit() public {
    refuseEndpoint(0, 1);
    refuseEndpoint(65, 1);
    refuseEndpoint(1, 0);
    refuseEndpoint(1, 513);
    registry.register(operator, new bytes(64), string(new bytes(512)), ask, 77);
  }

  function test_setOperator_succeedsIfByTheOwner(address hot) public {
    vm.assume(hot != address(0));
    register();
    vm.expectEmit(address(registry));
    emit IProviderRegistry.OperatorSet(bob, hot);
    vm.prank(bob);
    registry.setOperator(hot);
    checkEq(registry.operatorOf(bob), hot, "the new key");
  }

  function test_setOperator_failsIfNotRegisteredOrNobody() public {
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, operator));
    vm.prank(operator);
    registry.setOperator(operator);
    register();
    vm.expectRevert(IProviderRegistry.ZeroOperator.selector);
    vm.prank(bob);
    registry.setOperator(address(0));
  }

  function test_setEndpoint_succeedsIfByOwnerOrOperator(bool byOwner) public {
    register();
    vm.expectEmit(address(registry));
    emit IProviderRegistry.EndpointSet(bob, hex"99", "/dns/bob");
    vm.prank(byOwner ? bob : operator);
    registry.setEndpoint(bob, hex"99", "/dns/bob");
    checkEq(keccak256(registry.record(bob).peerId), keccak256(hex"99"), "the new peer id");
  }

  function test_setAsk_succeedsIfByOwnerOrOperator(bool byOwner, Ask memory asked) public {
    register();
    vm.expectEmit(address(registry));
    emit IProviderRegistry.AskSet(bob, asked);
    vm.prank(byOwner ? bob : operator);
    registry.setAsk(bob, asked);
    checkEq(keccak256(abi.encode(registry.askOf(bob))), keccak256(abi.encode(asked)), "the new ask");
  }

  function test_setters_failIfNotTheProvider(address caller) public {
    vm.assume(caller != bob && caller != operator);
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotRegistered.selector, bob));
    registry.setAsk(bob, ask);
    register();
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotProvider.selector, bob, caller));
    vm.prank(caller);
    registry.setAsk(bob, ask);
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.NotProvider.selector, bob, caller));
    vm.prank(caller);
    registry.setEndpoint(bob, peer, addresses);
  }

  function test_setEndpoint_failsIfItDoesNotFit() public {
    register();
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadEndpoint.selector, 0, 1));
    vm.prank(bob);
    registry.setEndpoint(bob, "", "x");
  }

  function test_record_succeedsIfUnknown() public {
    checkEq(registry.record(bob).registeredAt, 0, "all zero");
    checkEq(registry.operatorOf(bob), address(0), "nobody");
    vm.expectRevert();
    registry.providerAt(0);
  }

  function register() private {
    vm.prank(bob);
    registry.register(operator, peer, addresses, ask, 77);
  }

  function refuseEndpoint(uint256 peerLength, uint256 addressesLength) private {
    vm.expectRevert(abi.encodeWithSelector(IProviderRegistry.BadEndpoint.selector, peerLength, addressesLength));
    registry.register(operator, new bytes(peerLength), string(new bytes(addressesLength)), ask, 77);
  }
}

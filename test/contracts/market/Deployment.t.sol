// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../../contracts/interfaces/IRewardPool.sol";
import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {IVerbBody} from "../../../contracts/interfaces/IVerbBody.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";
import {IDelegatedVerbs} from "../../../contracts/market/DelegatedVerbs.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice What the market is put together of, and that it takes no part which is bound to another market or is another's code.
contract DeploymentTest is DealFixture {
  /// What the constructor takes.
  struct Parts {
    IVault vault;
    IProviderRegistry registry;
    IRewardPool pool;
    IVerbBody body;
    bytes32 bodyHash;
    Parameters parameters;
  }

  function test_constructor_succeedsIfEachPartNamesTheMarket() public view {
    checkEq(vault.market(), address(market), "the vault");
    checkEq(registry.market(), address(market), "the registry");
    checkEq(address(rewardPool.market()), address(market), "the pool");
    bytes32 terms = keccak256(abi.encode(address(market), vault, registry, devnet()));
    checkEq(IVerbBody(market.verbBody()).terms(), terms, "the body");
  }

  function test_constructor_succeedsIfTimeBeginsWithTheBody() public {
    bytes memory arguments = partsFor(devnet());
    uint256 genesis = vm.getBlockNumber();
    vm.roll(genesis + 3 * P + 5);
    market = IStorageMarket(createFrom(marketCode(), arguments));
    checkEq(market.genesisBlock(), genesis, "both bodies of code count from the same block");
    checkEq(IVerbBody(market.verbBody()).genesisBlock(), genesis, "that of the older one");
    checkEq(market.currentPeriod(), 4, "and are in the same period");
  }

  function test_constructor_failsIfAPartNamesAnotherMarket() public {
    (IVault oldVault, IProviderRegistry oldRegistry, IRewardPool oldPool) = (vault, registry, rewardPool);
    Parts memory parts = newParts(devnet());
    parts.vault = oldVault;
    refuse(abi.encodeWithSelector(IStorageMarket.VaultNotBound.selector, oldVault, market), parts);
    parts = newParts(devnet());
    parts.registry = oldRegistry;
    refuse(abi.encodeWithSelector(IStorageMarket.RegistryNotBound.selector, oldRegistry, market), parts);
    parts = newParts(devnet());
    parts.pool = oldPool;
    refuse(abi.encodeWithSelector(IStorageMarket.PoolNotBound.selector, oldPool, market), parts);
  }

  function test_constructor_failsIfTheBodyIsOfOtherTerms() public {
    IVerbBody oldBody = IVerbBody(market.verbBody());
    Parts memory parts = newParts(devnet());
    (parts.body, parts.bodyHash) = (oldBody, address(oldBody).codehash);
    refuseBody(parts);
    parts = newParts(devnet());
    parts.parameters.signatureGas += 1;
    refuseBody(parts);
  }

  function test_constructor_failsIfTheBodyIsNotTheCodeExpected(bytes32 expected) public {
    Parts memory parts = newParts(devnet());
    bytes32 actual = parts.bodyHash;
    vm.assume(expected != actual);
    parts.bodyHash = expected;
    refuse(abi.encodeWithSelector(IStorageMarket.BodyNotExpected.selector, parts.body, expected, actual), parts);
  }

  function test_constructor_failsIfThereIsNoBody() public {
    Parts memory parts = newParts(devnet());
    (parts.body, parts.bodyHash) = (IVerbBody(mallory.account), mallory.account.codehash);
    vm.expectRevert();
    this.createMarket(encode(parts));
  }

  function test_verbBody_succeedsIfCalledItselfItHasNoDeals() public {
    bytes32 id = storeUntil(period() + 2);
    IDelegatedVerbs body = IDelegatedVerbs(market.verbBody());
    vm.expectRevert(unknown(id));
    body.settle(id);
    vm.expectRevert(unknown(id));
    vm.prank(alice.account);
    body.cancel(id);
    checkEq(market.dealOf(id).leaves, 1, "the market's are where they were");
  }

  function createMarket(bytes calldata arguments) external {
    createFrom(marketCode(), arguments);
  }

  function newParts(Parameters memory p) private returns (Parts memory parts) {
    (parts.vault, parts.registry, parts.pool, parts.body, parts.bodyHash, parts.parameters) = abi.decode(
      partsFor(p),
      (IVault, IProviderRegistry, IRewardPool, IVerbBody, bytes32, Parameters)
    );
  }

  function refuseBody(Parts memory parts) private {
    address next = vm.computeCreateAddress(address(this), vm.getNonce(address(this)));
    bytes32 terms = keccak256(abi.encode(next, parts.vault, parts.registry, parts.parameters));
    bytes32 actual = parts.body.terms();
    refuse(abi.encodeWithSelector(IStorageMarket.BodyNotBound.selector, parts.body, terms, actual), parts);
  }

  function refuse(bytes memory reason, Parts memory parts) private {
    vm.expectRevert(reason);
    this.createMarket(encode(parts));
  }

  function encode(Parts memory parts) private pure returns (bytes memory) {
    return abi.encode(parts.vault, parts.registry, parts.pool, parts.body, parts.bodyHash, parts.parameters);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IHoldToken} from "../../contracts/interfaces/IHoldToken.sol";
import {IProviderRegistry} from "../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../contracts/interfaces/IRewardPool.sol";
import {IStorageMarket} from "../../contracts/interfaces/IStorageMarket.sol";
import {IVault} from "../../contracts/interfaces/IVault.sol";
import {OpenRequest, Revision} from "../../contracts/MarketTypes.sol";
import {DataSets} from "./support/DataSets.sol";
import {ChallengeFixture} from "./support/ChallengeFixture.sol";

/// @notice Whoever deployed the contracts may do what a stranger may, and nothing else: this test deployed them. Each row of
/// `docs/security.md` is a call here.
contract AccessTest is ChallengeFixture {
  struct Call {
    address target;
    bytes data;
  }

  bytes32 private id;
  Call[] private calls;

  function test_deployer_isRefusedWhereverAStrangerIs() public {
    id = storeData(alice, bob, "data", 1, 2);
    challengeBy(alice.account, id);
    nextPeriod(1);
    check(token.transfer(mallory.account, 0), "the deployer holds tokens as Mallory does");
    token.approve(address(vault), type(uint256).max);
    token.approve(address(rewardPool), type(uint256).max);
    vm.prank(mallory.account);
    token.approve(address(rewardPool), type(uint256).max);
    list();
    uint256 refused;
    for (uint256 i; i < calls.length; ++i) {
      bool stranger = succeeds(mallory.account, calls[i]);
      bool deployer = succeeds(address(this), calls[i]);
      check(stranger == deployer, string.concat("the deployer is a stranger: call ", vm.toString(i)));
      if (!deployer) ++refused;
    }
    check(refused >= 15, "and strangers may do little");
    check(calls.length - refused >= 10, "though not nothing");
  }

  /// @dev The outcome of a call, which is undone.
  function succeeds(address caller, Call storage entry) private returns (bool success) {
    uint256 state = vm.snapshotState();
    vm.prank(caller);
    (success, ) = entry.target.call(entry.data);
    check(vm.revertToState(state), "as it was");
  }

  function list() private {
    bytes memory proof = samplesOf(bob);
    bytes memory answer_ = answerOf(id, period() - 1);
    // What only a party may do, or nobody at all.
    onMarket(abi.encodeCall(market.unstake, (1)));
    onMarket(abi.encodeCall(market.withdraw, (1, address(1))));
    onMarket(abi.encodeCall(market.setLockLimit, (bob.account, 0)));
    onMarket(abi.encodeCall(market.setBounds, (id, type(uint32).max, type(uint40).max, type(uint96).max)));
    onMarket(abi.encodeCall(market.setSigner, (id, mallory.hot)));
    onMarket(abi.encodeCall(market.leaveDeal, (id)));
    onMarket(abi.encodeCall(market.cancel, (id)));
    onMarket(abi.encodeCall(market.close, (id)));
    onMarket(abi.encodeCall(market.forfeit, (id)));
    onMarket(abi.encodeCall(market.expire, (id)));
    onMarket(abi.encodeCall(market.challenge, (id)));
    onMarket(abi.encodeCall(market.redeem, (id, 1, "")));
    onMarket(abi.encodeCall(market.collectFees, (0)));
    onMarket(abi.encodeCall(market.permit, (type(uint256).max / 2, 0, 27, 0, 0)));
    Revision memory revision = revisionOf(id, DataSets.make("theirs", 1, 1));
    onMarket(abi.encodeCall(market.commit, (revision, sign(mallory.key, revision), sign(mallory.hotKey, revision))));
    on(address(vault), abi.encodeCall(IVault.take, (alice.account, 1)));
    on(address(vault), abi.encodeCall(IVault.pay, (mallory.account, 1)));
    on(address(registry), abi.encodeCall(IProviderRegistry.setOperator, (mallory.hot)));
    on(address(registry), abi.encodeCall(IProviderRegistry.setEndpoint, (bob.account, hex"00", "/ip4/127.0.0.1")));
    on(address(registry), abi.encodeCall(IProviderRegistry.setAsk, (bob.account, defaultAsk())));
    on(address(token), abi.encodeCall(IHoldToken.drip, ()));
    on(address(token), abi.encodeCall(token.transferFrom, (alice.account, mallory.account, 1)));
    on(address(rewardPool), abi.encodeCall(IRewardPool.reclaim, (0)));
    on(address(rewardPool), abi.encodeCall(IRewardPool.claim, (bob.account, one(0))));
    // What anybody may.
    onMarket(abi.encodeCall(market.stake, (bob.account, 1)));
    onMarket(abi.encodeCall(market.sync, (bob.account)));
    onMarket(abi.encodeCall(market.recordSeed, (period())));
    onMarket(abi.encodeCall(market.prove, (bob.account, period(), proof)));
    onMarket(abi.encodeCall(market.answer, (id, answer_)));
    onMarket(abi.encodeCall(market.settle, (id)));
    onMarket(abi.encodeCall(market.deposit, (id, 1)));
    onMarket(abi.encodeCall(market.fund, (bob.account, 1)));
    onMarket(abi.encodeCall(market.batch, (new bytes[](0), 0)));
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = requestFor(mallory, bob, "a deal of one's own");
    onMarket(abi.encodeCall(market.open, (requests)));
    on(
      address(registry),
      abi.encodeCall(IProviderRegistry.register, (mallory.hot, hex"00", "/ip4/127.0.0.1", defaultAsk(), 0))
    );
    on(address(rewardPool), abi.encodeCall(IRewardPool.sponsor, (market.currentEpoch(), 1)));
    on(address(token), abi.encodeCall(token.transfer, (alice.account, 1)));
    on(address(token), abi.encodeCall(token.approve, (alice.account, 1)));
  }

  function onMarket(bytes memory data) private {
    on(address(market), data);
  }

  function on(address target, bytes memory data) private {
    calls.push(Call({target: target, data: data}));
  }

  function one(uint256 epoch) private pure returns (uint256[] memory epochs) {
    epochs = new uint256[](1);
    epochs[0] = epoch;
  }
}

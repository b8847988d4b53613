// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DealStatus} from "../../../contracts/MarketTypes.sol";
import {TokenActions} from "./TokenActions.sol";

/// @notice Deals actions like cards: every round is all of them in an order that the fuzzer's entropy shuffles, so that
/// none is left out of a run. Counts them, and watches the states that deals and providers go through.
abstract contract MarketHandler is TokenActions {
  enum Action {
    Open,
    Store,
    Empty,
    Cancel,
    Close,
    Leave,
    Forfeit,
    Deposit,
    Stake,
    Unstake,
    Withdraw,
    PassTime,
    Vanish,
    ClosePast,
    Sync,
    Settle,
    Donate,
    ProveTwice,
    RecordSeed,
    SetBounds,
    SetSigner,
    Batch,
    Challenge,
    Answer,
    Expire,
    Redeem,
    Sponsor,
    Claim,
    TurnToken,
    Swindle,
    HoldLimit
  }

  uint256 public constant ACTIONS = uint256(type(Action).max) + 1;

  /// How often each action succeeded.
  mapping(uint256 action => uint256) public count;
  uint256 public steps;
  /// The epoch in which the run began.
  uint256 internal firstEpoch;
  Action[] private _deck;
  DealStatus[] private _lastStatus;

  /// @notice The one entry for the fuzzer.
  function step(uint256 seed) external {
    entropy = uint256(keccak256(abi.encode(entropy, seed)));
    // Each run starts in a period of its own, since the hashes of blocks follow from their numbers, and with a token of
    // its own manner.
    if (steps == 0) {
      vm.roll(vm.getBlockNumber() + roll(1 << 20));
      firstEpoch = epochNow();
      for (uint256 turns = roll(3); turns != 0; --turns) turnToken();
    }
    ++steps;
    Action action = _draw();
    _play(action);
    ++count[uint256(action)];
    _watch();
  }

  function _draw() private returns (Action action) {
    if (_deck.length == 0) for (uint256 i; i < ACTIONS; ++i) _deck.push(Action(i));
    uint256 card = roll(_deck.length);
    action = _deck[card];
    _deck[card] = _deck[_deck.length - 1];
    _deck.pop();
  }

  function _play(Action action) private {
    uint256 provider = roll(2);
    if (action == Action.Open) open(provider);
    else if (action == Action.Store) store(provider);
    else if (action == Action.Empty) empty(provider);
    else if (action == Action.Cancel) cancel(provider);
    else if (action == Action.Close) close(provider);
    else if (action == Action.Leave) leaveEarly(anyOpen());
    else if (action == Action.Forfeit) forfeit(provider);
    else if (action == Action.Deposit) deposit(anyOpen(), somebody().account, 1 + roll(UNIT));
    else if (action == Action.Stake) topUp(provider, somebody().account, 1 + roll(10 * UNIT));
    else if (action == Action.Unstake) unstake(provider);
    else if (action == Action.Withdraw) withdraw();
    else if (action == Action.PassTime) travel(vm.getBlockNumber() + 1 + roll(2 * P));
    else if (action == Action.Vanish) vanish();
    else if (action == Action.ClosePast) _closePast();
    else if (action == Action.Sync) syncBy(provider, somebody().account);
    else if (action == Action.Settle) settleBy(anyOpen(), somebody().account);
    else if (action == Action.Donate) _donate();
    else if (action == Action.ProveTwice) proveTwice(provider);
    else if (action == Action.RecordSeed) _recordSeed();
    else if (action == Action.SetBounds) raiseBounds(anyOpen());
    else if (action == Action.SetSigner) changeSigner(anyOpen());
    else if (action == Action.Batch) batchBy(somebody().account);
    else if (action == Action.Challenge) challenge(provider);
    else if (action == Action.Answer) answer(provider);
    else if (action == Action.Expire) expire(provider);
    else if (action == Action.Redeem) redeem(anyOpen());
    else if (action == Action.Sponsor) sponsor();
    else if (action == Action.Claim) claim(provider);
    else if (action == Action.TurnToken) turnToken();
    else if (action == Action.Swindle) swindle(provider);
    else holdLimit(provider);
  }

  function _closePast() private {
    if (findPast() == NONE) vanish();
    closePast(findPast());
  }

  function _donate() private {
    uint256 amount = 1 + roll(UNIT);
    vm.prank(mallory.account);
    move(address(vault), amount);
  }

  function _recordSeed() private {
    if (offset() == 0) travel(vm.getBlockNumber() + 1);
    noteSeed();
    market.recordSeed(period());
  }

  /// @dev INV-9: whatever else happened in this step, nothing leads out of Closed or back to None.
  function _watch() private {
    for (uint256 k; k < deals.length; ++k) {
      if (k == _lastStatus.length) _lastStatus.push(DealStatus.None);
      DealStatus status = market.dealOf(deals[k].id).status;
      bool wasClosed = _lastStatus[k] == DealStatus.Closed;
      check(status == DealStatus.Closed || !wasClosed, "INV-9: a closed deal came back");
      check(status != DealStatus.None, "INV-9: a deal vanished");
      _lastStatus[k] = status;
    }
  }
}

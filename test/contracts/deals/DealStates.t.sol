// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketDeals} from "../../../contracts/interfaces/IMarketDeals.sol";
import {Deal, DealStatus, OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";
import {IDelegatedVerbs} from "../../../contracts/market/DelegatedVerbs.sol";
import {DataSets} from "../support/DataSets.sol";
import {DealFixture} from "../support/DealFixture.sol";

/// @notice The states of a deal and the edges between them: every verb in every state.
contract DealStatesTest is DealFixture {
  enum Verb {
    Deposit,
    SetBounds,
    SetSigner,
    LeaveDeal,
    Settle,
    Cancel,
    Close,
    Forfeit,
    Fill,
    Empty
  }

  uint256 private constant VERBS = 10;
  uint256 private constant STEPS = 8;

  DataSets.DataSet private none;

  function test_states_succeedsIfNoneRefusesAll(bytes32 id) public {
    for (uint256 i; i < VERBS; ++i) requireRefused(Verb(i), id, unknown(id));
    check(market.dealOf(id).status == DealStatus.None, "only open makes a deal");
  }

  function test_states_succeedsIfEmptyRefusesForfeit() public {
    bytes32 id = openDeal(alice, bob, "data");
    requireRefused(Verb.Forfeit, id, abi.encodeWithSelector(IDealSignals.DealIsEmpty.selector, id));
    Verb[6] memory idle = [Verb.Deposit, Verb.SetBounds, Verb.SetSigner, Verb.LeaveDeal, Verb.Settle, Verb.Empty];
    for (uint256 i; i < idle.length; ++i) requireDone(idle[i], id, DealStatus.Empty);
    requireDone(Verb.Fill, id, DealStatus.Active);
    requireDone(Verb.Empty, id, DealStatus.Empty);
    goTo(period() + 2, 0);
    requireDone(Verb.Cancel, id, DealStatus.Closed);
  }

  function test_states_succeedsIfActiveRefusesCancel() public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    requireRefused(Verb.Cancel, id, abi.encodeWithSelector(IDealSignals.DealNotEmpty.selector, id, 1));
    Verb[6] memory idle = [Verb.Deposit, Verb.SetBounds, Verb.SetSigner, Verb.LeaveDeal, Verb.Settle, Verb.Fill];
    for (uint256 i; i < idle.length; ++i) requireDone(idle[i], id, DealStatus.Active);
    requireDone(Verb.Forfeit, id, DealStatus.Closed);
  }

  function test_states_succeedsIfClosedIsFinal(uint8 way) public {
    bytes32 id = storeUntil(period() + 2);
    way = uint8(bound(way, 0, 3));
    if (way == 0) {
      act(Verb.Empty, id);
      goTo(period() + 2, 0);
      requireDone(Verb.Cancel, id, DealStatus.Closed);
    } else if (way == 1) {
      requireDone(Verb.Forfeit, id, DealStatus.Closed);
    } else if (way == 2) {
      proveNext(bob);
      requireDone(Verb.Close, id, DealStatus.Closed);
    } else {
      defaultOn(bob);
      requireDone(Verb.Close, id, DealStatus.Closed);
    }
    for (uint256 i; i < VERBS; ++i) requireRefused(Verb(i), id, isClosed(id));
    check(market.dealOf(id).status == DealStatus.Closed, "closed for good");
  }

  function test_states_succeedsIfDefaultedOnlySettlesAndCloses(bool byForfeit) public {
    bytes32 id = storeData(alice, bob, "data", 1, 1);
    defaultOn(bob);
    Verb[6] memory refused = [Verb.Deposit, Verb.SetBounds, Verb.SetSigner, Verb.LeaveDeal, Verb.Fill, Verb.Empty];
    for (uint256 i; i < refused.length; ++i) requireRefused(refused[i], id, isDefaulted(id));
    requireRefused(Verb.Cancel, id, abi.encodeWithSelector(IDealSignals.DealNotEmpty.selector, id, 1));
    requireDone(Verb.Settle, id, DealStatus.Active);
    requireDone(byForfeit ? Verb.Forfeit : Verb.Close, id, DealStatus.Closed);
  }

  function test_states_succeedsIfOnlyTheNamedEdgesAreTaken(uint256 script) public {
    OpenRequest memory request = requestFor(alice, bob, "data");
    request.maxEnd = uint32(period() + 4);
    bytes32 id = openDeal(alice, request);
    stored[id] = setOf(id);
    for (uint256 i; i < STEPS; ++i) {
      uint256 step = uint8(script >> (8 * i));
      pass(step / VERBS);
      requireEdge(Verb(step % VERBS), id);
    }
  }

  /// @dev INV-9.
  function requireEdge(Verb verb, bytes32 id) private {
    DealStatus from = market.dealOf(id).status;
    (bool done, ) = act(verb, id);
    Deal memory deal = market.dealOf(id);
    check((deal.status == DealStatus.Active) == (deal.weight != 0), "weight is zero exactly while nothing is stored");
    if (deal.status == from) return;
    check(done, "INV-9: who is refused moves nothing");
    check(deal.status == edge(from, verb), "INV-9: states move along the named edges only");
  }

  /// @dev Where `verb` may lead from `from`; None if nowhere.
  function edge(DealStatus from, Verb verb) private pure returns (DealStatus) {
    bool isEmpty = from == DealStatus.Empty;
    bool isActive = from == DealStatus.Active;
    if (isEmpty && verb == Verb.Fill) return DealStatus.Active;
    if (isActive && verb == Verb.Empty) return DealStatus.Empty;
    if (isEmpty && verb == Verb.Cancel) return DealStatus.Closed;
    if (isActive && verb == Verb.Forfeit) return DealStatus.Closed;
    if ((isEmpty || isActive) && verb == Verb.Close) return DealStatus.Closed;
    return DealStatus.None;
  }

  function pass(uint256 how) private {
    bool provable = market.accountOf(bob.account).total != 0;
    if (how % 4 == 1 && provable) proveNext(bob);
    else if (how % 4 == 2) nextPeriod(W);
    else if (how % 4 == 3) nextPeriod(0);
  }

  function requireDone(Verb verb, bytes32 id, DealStatus status) private {
    (bool done, ) = act(verb, id);
    check(done, "the verb is allowed in this state");
    check(market.dealOf(id).status == status, "and leads where it should");
  }

  function requireRefused(Verb verb, bytes32 id, bytes memory reason) private {
    (bool done, bytes memory actual) = act(verb, id);
    check(!done, "the verb is not allowed in this state");
    checkEq(keccak256(actual), keccak256(reason), "and the refusal says why");
  }

  /// @dev By whom it should be: Bob forfeits and closes, all else is Alice's.
  function act(Verb verb, bytes32 id) private returns (bool done, bytes memory reason) {
    bytes memory call = callOf(verb, id);
    vm.prank(verb == Verb.Forfeit || verb == Verb.Close ? bob.account : alice.account);
    return address(market).call(call);
  }

  function callOf(Verb verb, bytes32 id) private view returns (bytes memory) {
    if (verb == Verb.Deposit) return abi.encodeCall(IMarketDeals.deposit, (id, 1));
    if (verb == Verb.SetBounds) {
      Deal memory deal = market.dealOf(id);
      return abi.encodeCall(IMarketDeals.setBounds, (id, deal.maxEnd, deal.maxLeaves, deal.maxEgress));
    }
    if (verb == Verb.SetSigner) return abi.encodeCall(IMarketDeals.setSigner, (id, alice.hot));
    if (verb == Verb.LeaveDeal) return abi.encodeCall(IDelegatedVerbs.leaveDeal, (id));
    if (verb == Verb.Settle) return abi.encodeCall(IDelegatedVerbs.settle, (id));
    if (verb == Verb.Cancel) return abi.encodeCall(IDelegatedVerbs.cancel, (id));
    if (verb == Verb.Close) return abi.encodeCall(IDelegatedVerbs.close, (id));
    if (verb == Verb.Forfeit) return abi.encodeCall(IDelegatedVerbs.forfeit, (id));
    Revision memory revision = revisionOf(id, verb == Verb.Fill ? setOf(id) : none);
    return abi.encodeCall(IDelegatedVerbs.commit, (revision, sign(alice.hotKey, revision), sign(bob.hotKey, revision)));
  }

  function setOf(bytes32 id) private pure returns (DataSets.DataSet memory) {
    return DataSets.make(id, 1, 1);
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {OpenRequest} from "../../../contracts/MarketTypes.sol";
import {Verbs} from "../support/Verbs.sol";
import {FickleToken} from "./FickleToken.sol";
import {IncomeActions} from "./IncomeActions.sol";

/// @notice A token that changes its manner while the market is at work. To the manners that a token may have the book owes
/// nothing: it holds as before. Where the token cheats, every verb that moves money is refused.
abstract contract TokenActions is IncomeActions {
  uint256 internal constant MANNERS = uint256(type(FickleToken.Manner).max) + 1;

  /// How often tokens moved, or were to move, in each manner that is not plain.
  mapping(FickleToken.Manner manner => uint256) internal moved;

  function tokenCode() internal view override returns (bytes memory) {
    return vm.getCode("FickleToken.sol:FickleToken");
  }

  function fickle() internal view returns (FickleToken) {
    return FickleToken(address(token));
  }

  /// @notice The token takes on the next of the manners that a market can live with, and somebody moves some.
  function turnToken() internal {
    FickleToken.Manner next = FickleToken.Manner((uint256(fickle().manner()) + 1) % 3);
    uint256 k = anyOpen();
    if (next == FickleToken.Manner.CallsBack) fickle().callBack(address(vault), callsBack(deals[k].id));
    else fickle().behave(next);
    uint256 refused = fickle().refused();
    deposit(k, somebody().account, 1 + roll(UNIT));
    bool calledBack = fickle().refused() != refused;
    check(
      calledBack == (next == FickleToken.Manner.CallsBack),
      "a token that calls back does, and finds the door closed"
    );
    ++moved[next];
  }

  /// @notice The token cheats: nobody gets to pay, nor to be paid by a token that says false.
  function swindle(uint256 provider) internal {
    uint256 k = challengeable(provider);
    address creditor = anyCreditor();
    FickleToken.Manner manner = fickle().manner();
    uint256 amount = 1 + roll(UNIT);
    bytes memory byFalse = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, address(token));

    fickle().behave(FickleToken.Manner.SaysFalse);
    bytes memory payment = abi.encodeCall(market.withdraw, (1, creditor));
    refuse(creditor, address(market), payment, byFalse);
    bytes memory sponsoring = abi.encodeCall(rewardPool.sponsor, (epochNow(), amount));
    refuse(carol.account, address(rewardPool), sponsoring, byFalse);
    refuseAll(k, amount, byFalse, byFalse, byFalse);

    fickle().behave(FickleToken.Manner.TakesFee);
    uint256 bond = market.bondOf(deals[k].id);
    refuseAll(k, amount, lessThan(amount), lessThan(UNIT + amount), lessThan(bond));
    vm.prank(carol.account);
    (bool success, ) = address(rewardPool).call(sponsoring);
    check(!success, "a sponsorship that arrives short is refused");

    fickle().behave(manner);
    ++moved[FickleToken.Manner.SaysFalse];
    ++moved[FickleToken.Manner.TakesFee];
  }

  /// @dev Every verb of the market that takes money, each for the reason that its amount brings about.
  function refuseAll(
    uint256 k,
    uint256 amount,
    bytes memory reason,
    bytes memory reasonOfOpen,
    bytes memory reasonOfBond
  ) private {
    DealPage storage deal = deals[k];
    Actor memory renter = renterOf(deal.renter);
    address target = address(market);
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = requestFor(renter, owner(deal.provider), "swindle");
    requests[0].maxPrice = type(uint128).max;
    requests[0].escrow = uint128(UNIT + amount);
    refuse(mallory.account, target, abi.encodeCall(market.stake, (owner(deal.provider).account, amount)), reason);
    refuse(mallory.account, target, abi.encodeCall(market.deposit, (deal.id, amount)), reason);
    refuse(mallory.account, target, abi.encodeCall(market.fund, (mallory.account, amount)), reason);
    refuse(renter.account, target, abi.encodeCall(market.open, (requests)), reasonOfOpen);
    refuse(renter.account, target, abi.encodeCall(market.challenge, (deal.id)), reasonOfBond);
  }

  function refuse(address caller, address target, bytes memory message, bytes memory expected) private {
    vm.prank(caller);
    (bool success, bytes memory reason) = target.call(message);
    check(!success, "money that does not move is refused");
    checkEq(keccak256(reason), keccak256(expected), "for what the token did");
  }

  /// @dev What the vault says when a wei is missing.
  function lessThan(uint256 amount) private pure returns (bytes memory) {
    return abi.encodeWithSelector(IVault.TransferMismatch.selector, amount, amount - 1);
  }

  /// @dev Every verb of the market and of the pool.
  function callsBack(bytes32 id) private view returns (FickleToken.Call[] memory calls) {
    bytes[23] memory verbs = Verbs.all(market, bob.account, id, mallory.account);
    calls = new FickleToken.Call[](verbs.length + 3);
    for (uint256 i; i < verbs.length; ++i) calls[i] = FickleToken.Call(address(market), verbs[i]);
    uint256[] memory epochs = new uint256[](1);
    bytes memory claim = abi.encodeCall(rewardPool.claim, (bob.account, epochs));
    calls[verbs.length] = FickleToken.Call(address(rewardPool), claim);
    bytes memory sponsoring = abi.encodeCall(rewardPool.sponsor, (epochNow() + 100, 0));
    calls[verbs.length + 1] = FickleToken.Call(address(rewardPool), sponsoring);
    calls[verbs.length + 2] = FickleToken.Call(address(rewardPool), abi.encodeCall(rewardPool.reclaim, (0)));
  }
}

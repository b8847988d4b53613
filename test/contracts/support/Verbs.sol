// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {OpenRequest, Revision} from "../../../contracts/MarketTypes.sol";

/// @notice The market's verbs as somebody would call them who has no right to.
library Verbs {
  /// @notice A call of every verb that closes the door behind it, about `provider` and the deal `id`, for `stranger`.
  function all(
    IStorageMarket market,
    address provider,
    bytes32 id,
    address stranger
  ) internal pure returns (bytes[23] memory) {
    Revision memory revision;
    revision.deal = id;
    return
      [
        abi.encodeCall(market.stake, (provider, 0)),
        abi.encodeCall(market.unstake, (0)),
        abi.encodeCall(market.withdraw, (0, stranger)),
        abi.encodeCall(market.setLockLimit, (provider, 0)),
        abi.encodeCall(market.sync, (provider)),
        abi.encodeCall(market.prove, (provider, 1, "")),
        abi.encodeCall(market.open, (new OpenRequest[](0))),
        abi.encodeCall(market.deposit, (id, 0)),
        abi.encodeCall(market.permit, (0, 0, 0, 0, 0)),
        abi.encodeCall(market.setBounds, (id, 0, 0, 0)),
        abi.encodeCall(market.setSigner, (id, stranger)),
        abi.encodeCall(market.commit, (revision, "", "")),
        abi.encodeCall(market.settle, (id)),
        abi.encodeCall(market.redeem, (id, 0, "")),
        abi.encodeCall(market.leaveDeal, (id)),
        abi.encodeCall(market.cancel, (id)),
        abi.encodeCall(market.close, (id)),
        abi.encodeCall(market.forfeit, (id)),
        abi.encodeCall(market.challenge, (id)),
        abi.encodeCall(market.answer, (id, "")),
        abi.encodeCall(market.expire, (id)),
        abi.encodeCall(market.collectFees, (0)),
        abi.encodeCall(market.fund, (stranger, 0))
      ];
  }
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IDealSignals} from "../interfaces/IDealSignals.sol";
import {Revision} from "../MarketTypes.sol";

/// @title The verbs on deals whose code is not in the market itself (R4, R5, R7, R8, R12, R14)
/// @notice The market forwards them to the code in `VerbBody`, which runs over the market's storage. Both inherit this: a verb that
/// one of them lacks, or takes otherwise, does not compile.
interface IDelegatedVerbs is IDealSignals {
  /// @notice Posts a co-signed revision. By anyone who holds both signatures.
  /// @dev The new rate, root and weight bind from the next period on.
  function commit(
    Revision calldata revision,
    bytes calldata renterSignature,
    bytes calldata providerSignature
  ) external;

  /// @notice Moves rent and compensation up to the last decided period. By anyone.
  function settle(bytes32 deal) external;

  /// @notice Pays the provider what a voucher adds to those before it: `amount` is all that the renter has ever promised for
  /// egress of this deal. Pays as much of it as rent does not need and `maxEgress` allows; the rest can be redeemed after a
  /// deposit. By anyone, until the deal is closed. Of a defaulted deal no rent is due any more: all of its escrow can be redeemed.
  /// @param signature ECDSA by the deal's signer, or by the one before to the end of the period after the change. A
  /// contract's signature is no good here: what it takes back tomorrow was no payment today.
  function redeem(bytes32 deal, uint128 amount, bytes calldata signature) external;

  /// @notice Ends the deal after the notice, or sooner if it ends sooner. By the renter.
  function leaveDeal(bytes32 deal) external;

  /// @notice Ends a deal that stores nothing and refunds its escrow. By the renter: at once if the deal never held data, else from
  /// the second period after that in which its last leaf went, so that every voucher can be redeemed before.
  function cancel(bytes32 deal) external;

  /// @notice Ends a deal: in its last paid period and the one after by the provider, later by anyone, one that was emptied no sooner
  /// than it can be cancelled; after a default by anyone, at any time.
  function close(bytes32 deal) external;

  /// @notice Gives the deal up: its collateral and unspent escrow go to the renter. By the provider's owner or operator.
  /// After a default it acts as `close`.
  function forfeit(bytes32 deal) external;

  /// @notice Ends a deal whose challenge nobody answered within the next period's window: its collateral and unspent escrow
  /// go to the renter, the bond back to the challenger. By anyone. After a default it acts as `close`.
  function expire(bytes32 deal) external;

  /// @notice Runs `calls` (encoded calls of open, permit, commit, settle, redeem, answer, close or expire) one by one, each with
  /// `gasPerItem` gas. A failing item is skipped with `BatchItemFailed`.
  function batch(bytes[] calldata calls, uint256 gasPerItem) external;
}

/// @title The part of the market that hands these verbs to the code in `VerbBody`
abstract contract VerbForwarder is IDelegatedVerbs {
  /// @dev Nobody can change it. Assumed of the code there, and asked by the market's constructor: it was made for this market and
  /// its terms, is what the deployer expected, and does not destroy itself (it holds no such instruction).
  address internal immutable VERB_BODY;

  constructor(address verbBody) {
    VERB_BODY = verbBody;
  }

  /// @inheritdoc IDelegatedVerbs
  function commit(Revision calldata, bytes calldata, bytes calldata) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function settle(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function redeem(bytes32, uint128, bytes calldata) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function leaveDeal(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function cancel(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function close(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function forfeit(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function expire(bytes32) external {
    _forward();
  }

  /// @inheritdoc IDelegatedVerbs
  function batch(bytes[] calldata, uint256) external {
    _forward();
  }

  /// @dev Ends the call with what the body returned or reverted with, over this contract's storage.
  function _forward() private {
    address body = VERB_BODY;
    assembly {
      calldatacopy(0, 0, calldatasize())
      let success := delegatecall(gas(), body, 0, calldatasize(), 0, 0)
      returndatacopy(0, 0, returndatasize())
      if success {
        return(0, returndatasize())
      }
      revert(0, returndatasize())
    }
  }
}

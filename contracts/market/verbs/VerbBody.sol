// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../../interfaces/IProviderRegistry.sol";
import {IVault} from "../../interfaces/IVault.sol";
import {IVerbBody} from "../../interfaces/IVerbBody.sol";
import {Parameters} from "../../MarketTypes.sol";
import {Accounts} from "../Accounts.sol";
import {Batches} from "./Batches.sol";
import {Endings} from "./Endings.sol";
import {Payments} from "./Payments.sol";
import {Revisions} from "./Revisions.sol";

/// @title The market's second body of code
/// @notice Deployed before the market, which runs it by delegatecall: what is stored, held and signed for is the market's. Called
/// directly it has no deals, and no vault obeys it.
contract VerbBody is Revisions, Payments, Endings, Batches, IVerbBody {
  /// @inheritdoc IVerbBody
  bytes32 public immutable terms;

  /// @param market_ The market's address, computed before it exists.
  constructor(
    address market_,
    IVault vault_,
    IProviderRegistry registry_,
    Parameters memory parameters_
  ) Accounts(vault_, registry_, parameters_, block.number) Revisions(parameters_) {
    terms = keccak256(abi.encode(market_, vault_, registry_, parameters_));
  }
}

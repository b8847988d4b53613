// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../interfaces/IRewardPool.sol";
import {IStorageMarket} from "../interfaces/IStorageMarket.sol";
import {IVault} from "../interfaces/IVault.sol";
import {IVerbBody} from "../interfaces/IVerbBody.sol";
import {Parameters} from "../MarketTypes.sol";
import {Accounts} from "./Accounts.sol";
import {Audits} from "./Audits.sol";
import {Challenges} from "./Challenges.sol";
import {VerbForwarder} from "./DelegatedVerbs.sol";
import {Fees} from "./Fees.sol";
import {RenterVerbs} from "./RenterVerbs.sol";
import {Stakes} from "./Stakes.sol";

/// @title All parts of the market, put together but not checked: what is deployed is `StorageMarket`
abstract contract MarketParts is Stakes, RenterVerbs, Challenges, VerbForwarder, Fees, Audits, IStorageMarket {
  constructor(
    IVault vault_,
    IProviderRegistry registry_,
    IRewardPool rewardPool_,
    IVerbBody verbBody_,
    Parameters memory parameters_
  )
    Accounts(vault_, registry_, parameters_, verbBody_.genesisBlock())
    Fees(rewardPool_)
    VerbForwarder(address(verbBody_))
  {
    _parameters = parameters_;
  }

  /// @inheritdoc IStorageMarket
  function vault() external view returns (IVault) {
    return VAULT;
  }

  /// @inheritdoc IStorageMarket
  function registry() external view returns (IProviderRegistry) {
    return REGISTRY;
  }

  /// @inheritdoc IStorageMarket
  function rewardPool() external view returns (IRewardPool) {
    return POOL;
  }

  /// @inheritdoc IStorageMarket
  function verbBody() external view returns (address) {
    return VERB_BODY;
  }
}

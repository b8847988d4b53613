// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DefaultRecord, ProviderAccount} from "../MarketTypes.sol";
import {ProviderRecord} from "./IProviderRegistry.sol";
import {IStorageMarket} from "./IStorageMarket.sol";

/// @notice A provider in one answer. What is said to hold now holds once a sync in this block has found what there is to find.
/// @param account As of its last sync.
/// @param locked unit · T now, token wei.
/// @param lockLimit What revisions may lock of its stake now, token wei.
/// @param decided Last decided period now (R2).
/// @param frozen Whether its draw is frozen now (R2).
/// @param slots Slots of its sum tree, the one that is live now, free ones included.
/// @param credit Token wei its owner can withdraw.
struct ProviderSheet {
  address provider;
  ProviderRecord record;
  ProviderAccount account;
  uint256 locked;
  uint256 lockLimit;
  uint256 decided;
  bool frozen;
  uint256 slots;
  uint256 credit;
}

/// @notice A deal with the end of its generation, if any.
/// @param deal As of its last settlement.
/// @param defaulted Whether its generation has defaulted now, after a sync: `ended` may not know yet.
/// @param ended `defaultOf` the deal's generation, all zero while it lives or while the deal is empty.
struct DealSheet {
  bytes32 id;
  Deal deal;
  bool defaulted;
  DefaultRecord ended;
}

/// @notice What a sync would do to a provider now.
/// @param misses Misses that it would find.
/// @param slashed Token wei of stake that these take, `bounty` of it for whoever calls.
/// @param defaults Whether it would declare a default.
/// @param account The account after it.
struct SyncForecast {
  uint256 misses;
  uint256 slashed;
  uint256 bounty;
  bool defaults;
  ProviderAccount account;
}

/// @title Answers for screens and daemons, in few calls. Stateless.
interface IMarketView {
  /// @notice The market it reads.
  function market() external view returns (IStorageMarket);

  /// @notice Sheets of providers number `from` … `from + limit − 1` in order of registration, fewer at the end.
  function providers(uint256 from, uint256 limit) external view returns (ProviderSheet[] memory);

  /// @notice Sheet of one provider.
  function provider(address provider_) external view returns (ProviderSheet memory);

  /// @notice Sheets of the named providers, in that order; the record of one that never registered is all zero.
  function providerSheets(address[] calldata providers_) external view returns (ProviderSheet[] memory);

  /// @notice Sheets of the deals in slots `from` … `from + limit − 1` of `generation`, free slots left out.
  function dealsOf(
    address provider_,
    uint256 generation,
    uint256 from,
    uint256 limit
  ) external view returns (DealSheet[] memory);

  /// @notice Sheets of the named deals; an unknown one is all zero but its id.
  function deals(bytes32[] calldata ids) external view returns (DealSheet[] memory);

  /// @notice What a sync of `provider_` would do now. Undone before it returns: for calls, not for transactions.
  function forecastSync(address provider_) external returns (SyncForecast memory);

  /// @notice Sheets of the named deals as a settlement in this block would leave them: rent, fee and compensation up to now,
  /// misses found. Undone before it returns: for calls, not for transactions.
  function dealsNow(bytes32[] calldata ids) external returns (DealSheet[] memory);
}

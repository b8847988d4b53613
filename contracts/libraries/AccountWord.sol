// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {DefaultRecord, ProviderAccount} from "../MarketTypes.sol";

/// @notice A provider's account in one storage word, from the lowest bit up:
///
///   stake 96 | total 64 | lastProven 32 | syncedThrough 32 | generation 32      = 256
type AccountWord is uint256;

/// @notice How a generation ended, in one storage word, from the lowest bit up:
///
///   period 32 | share 96 | compensationIndex 128                                = 256
type DefaultWord is uint256;

using {toAccount} for AccountWord global;
using {toRecord} for DefaultWord global;

function toAccountWord(ProviderAccount memory account) pure returns (AccountWord) {
  return
    AccountWord.wrap(
      uint256(account.stake) |
        (uint256(account.total) << 96) |
        (uint256(account.lastProven) << 160) |
        (uint256(account.syncedThrough) << 192) |
        (uint256(account.generation) << 224)
    );
}

function toAccount(AccountWord packed) pure returns (ProviderAccount memory account) {
  uint256 word = AccountWord.unwrap(packed);
  account.stake = uint96(word);
  account.total = uint64(word >> 96);
  account.lastProven = uint32(word >> 160);
  account.syncedThrough = uint32(word >> 192);
  account.generation = uint32(word >> 224);
}

function toDefaultWord(uint256 period, uint256 share, uint256 compensationIndex) pure returns (DefaultWord) {
  return DefaultWord.wrap(uint32(period) | (uint256(uint96(share)) << 32) | (compensationIndex << 128));
}

function toRecord(DefaultWord packed) pure returns (DefaultRecord memory record) {
  uint256 word = DefaultWord.unwrap(packed);
  record.period = uint32(word);
  record.share = uint96(word >> 32);
  record.compensationIndex = uint128(word >> 128);
}

// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Deal, DealStatus} from "../MarketTypes.sol";
import {Rent} from "./Rent.sol";

/// @notice A deal in nine storage words; fields from the lowest bit up, bits used on the right.
///
///   root                                                                                              256
///   content   leaves 40 | sectors 24 | end 32 | number 64 | slot 32 | generation 32 | challengedIn 32   256
///   renter    renter 160 | weight 64 | settledThrough 32                                              256
///   provider  provider 160 | maxEnd 32 | maxLeaves 40 | status 8                                      240
///   signer    signer 160 | maxEgress 96                                                               256
///   money     price 128 | escrow 128                                                                  256
///   egress    redeemed 96                                                                              96
///   index     compensationIndex 128 | egressPrice 128                                                 256
///   previous  previousSigner 160 | signerSince 32                                                     192
///
/// The rate is what price and leaves make it. A sample of an audit reads `root` and `content` only. The last three words matter to
/// few verbs: `read` leaves their fields zero and `write` leaves them alone; who needs them names them.
struct StoredDeal {
  bytes32 root;
  uint256 content;
  uint256 renter;
  uint256 provider;
  uint256 signer;
  uint256 money;
  uint256 egress;
  uint256 index;
  uint256 previous;
}

using {
  read,
  readAll,
  write,
  dataSetOf,
  redeemedOf,
  setRedeemed,
  indexOf,
  setIndex,
  previousOf,
  setPrevious
} for StoredDeal global;

function readAll(StoredDeal storage self) view returns (Deal memory deal) {
  deal = read(self);
  deal.redeemed = redeemedOf(self);
  (deal.previousSigner, deal.signerSince) = previousOf(self);
  (deal.compensationIndex, deal.egressPrice) = indexOf(self);
}

function read(StoredDeal storage self) view returns (Deal memory deal) {
  deal.root = self.root;
  uint256 word = self.content;
  deal.leaves = uint40(word);
  deal.sectors = uint24(word >> 40);
  deal.end = uint32(word >> 64);
  deal.number = uint64(word >> 96);
  deal.slot = uint32(word >> 160);
  deal.generation = uint32(word >> 192);
  deal.challengedIn = uint32(word >> 224);
  word = self.renter;
  deal.renter = address(uint160(word));
  deal.weight = uint64(word >> 160);
  deal.settledThrough = uint32(word >> 224);
  word = self.provider;
  deal.provider = address(uint160(word));
  deal.maxEnd = uint32(word >> 160);
  deal.maxLeaves = uint40(word >> 192);
  deal.status = DealStatus(uint8(word >> 232));
  word = self.signer;
  deal.signer = address(uint160(word));
  deal.maxEgress = uint96(word >> 160);
  word = self.money;
  deal.price = uint128(word);
  deal.escrow = uint128(word >> 128);
  deal.rate = uint128(Rent.rateUp(deal.price, deal.leaves));
}

function write(StoredDeal storage self, Deal memory deal) {
  self.root = deal.root;
  self.content =
    uint256(deal.leaves) |
    (uint256(deal.sectors) << 40) |
    (uint256(deal.end) << 64) |
    (uint256(deal.number) << 96) |
    (uint256(deal.slot) << 160) |
    (uint256(deal.generation) << 192) |
    (uint256(deal.challengedIn) << 224);
  self.renter = uint160(deal.renter) | (uint256(deal.weight) << 160) | (uint256(deal.settledThrough) << 224);
  self.provider =
    uint160(deal.provider) |
    (uint256(deal.maxEnd) << 160) |
    (uint256(deal.maxLeaves) << 192) |
    (uint256(deal.status) << 232);
  self.signer = uint160(deal.signer) | (uint256(deal.maxEgress) << 160);
  self.money = deal.price | (uint256(deal.escrow) << 128);
}

function dataSetOf(StoredDeal storage self) view returns (bytes32 root, uint256 leaves, uint256 sectors) {
  uint256 word = self.content;
  return (self.root, uint40(word), uint24(word >> 40));
}

function redeemedOf(StoredDeal storage self) view returns (uint96) {
  return uint96(self.egress);
}

function setRedeemed(StoredDeal storage self, uint256 redeemed) {
  self.egress = redeemed;
}

function indexOf(StoredDeal storage self) view returns (uint128 compensationIndex, uint128 egressPrice) {
  uint256 word = self.index;
  return (uint128(word), uint128(word >> 128));
}

function setIndex(StoredDeal storage self, uint128 compensationIndex, uint128 egressPrice) {
  self.index = compensationIndex | (uint256(egressPrice) << 128);
}

function previousOf(StoredDeal storage self) view returns (address previousSigner, uint32 signerSince) {
  uint256 word = self.previous;
  return (address(uint160(word)), uint32(word >> 160));
}

function setPrevious(StoredDeal storage self, address previousSigner, uint256 signerSince) {
  self.previous = uint160(previousSigner) | (signerSince << 160);
}

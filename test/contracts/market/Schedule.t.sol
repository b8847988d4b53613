// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketSchedule} from "../../../contracts/interfaces/IMarketSchedule.sol";
import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {Parameters} from "../../../contracts/MarketTypes.sol";
import {MarketFixture} from "../support/MarketFixture.sol";

/// @notice Serves block hashes as EIP-2935 does, but for what it was told to lie about.
contract History {
  enum Lie {
    None,
    Wrong,
    Short,
    Long,
    Zero,
    Refuse,
    Early
  }

  error Refused();

  mapping(uint256 number => bytes32) private hashes;
  mapping(uint256 number => Lie) private lies;

  function put(uint256 number, bytes32 hash, Lie lie) external {
    hashes[number] = hash;
    lies[number] = lie;
  }

  fallback() external {
    uint256 number = uint256(bytes32(msg.data));
    Lie lie = lies[number];
    bytes32 hash = hashes[number];
    bool tooEarly = number >= block.number && lie != Lie.Early;
    require(msg.data.length == 32 && lie != Lie.Refuse && !tooEarly, Refused());
    if (lie == Lie.Wrong) hash = keccak256(abi.encode(hash));
    if (lie == Lie.Zero) hash = 0;
    uint256 length =
      lie == Lie.Short
        ? 31
        : lie == Lie.Long
          ? 64
          : 32;
    assembly ("memory-safe") {
      mstore(0, hash)
      mstore(32, hash)
      return(0, length)
    }
  }
}

contract ScheduleTest is MarketFixture {
  address private constant HISTORY = 0x0000F90827F1C53a10cb7A02335B175320002935;

  function test_parameters_succeedsIfAsConstructed() public view {
    checkEq(keccak256(abi.encode(market.parameters())), keccak256(abi.encode(devnet())), "every parameter");
    checkEq(market.genesisBlock(), GENESIS, "period 1 began with the market");
    checkEq(address(market.vault()), address(vault), "its vault");
    checkEq(address(market.registry()), address(registry), "its registry");
    checkEq(address(market.rewardPool()), address(rewardPool), "its reward pool");
  }

  function test_currentPeriod_succeedsIfCountedFromOne(uint256 blocks) public {
    blocks = bound(blocks, 0, type(uint32).max);
    vm.roll(GENESIS + blocks);
    uint256 p = market.currentPeriod();
    checkEq(p, 1 + blocks / P, "whole periods since the genesis");
    check(market.firstBlockOf(p) <= block.number, "its first block is not after now");
    check(market.firstBlockOf(p + 1) > block.number, "the next one's is");
  }

  function test_seedOf_succeedsIfFromTheHashOfTheFirstBlock() public {
    nextPeriod(1);
    uint256 p = period();
    bytes32 hash = keccak256(abi.encode("block", market.firstBlockOf(p)));
    bytes32 expected = keccak256(abi.encodePacked(hash, p, block.chainid, address(market)));
    checkEq(market.seedOf(p), expected, "hash, period, chain and market");
  }

  function test_recordSeed_succeedsOnceAndForAll() public {
    nextPeriod(1);
    uint256 p = period();
    bytes32 seed = market.seedOf(p);
    vm.expectEmit(address(market));
    emit IMarketSchedule.SeedRecorded(p, seed);
    vm.prank(mallory.account);
    checkEq(market.recordSeed(p), seed, "open to anyone");
    vm.setBlockhash(market.firstBlockOf(p), keccak256("another"));
    vm.recordLogs();
    checkEq(market.recordSeed(p), seed, "it never changes (INV-13)");
    checkEq(vm.getRecordedLogs().length, 0, "and is stored once");
    vm.roll(block.number + 100_000);
    checkEq(market.seedOf(p), seed, "and stays when the hash is gone");
  }

  function test_seedOf_failsIfTheBlockIsNotYetPast() public {
    nextPeriod(0);
    refuseSeed(period());
    refuseSeed(period() + 1);
    refuseSeed(type(uint256).max);
    refuseSeed(0);
    goTo(period(), 1);
    check(market.seedOf(period()) != 0, "the first usable block is S(p) + 1");
  }

  function test_seedOf_failsIfTheHashIsTooOld() public {
    goTo(50, 1);
    vm.roll(market.firstBlockOf(50) + 257);
    refuseSeed(50);
  }

  function test_seedOf_failsIfOnlyAnUnprovenHistoryHasIt() public {
    etchHistory();
    goTo(50, 1);
    uint256 first = market.firstBlockOf(50);
    History(HISTORY).put(first, keccak256("made up"), History.Lie.None);
    vm.roll(first + 257);
    refuseSeed(50);
  }

  function test_seedOf_failsIfTheWindowEndsWhereBlockhashDoes() public {
    etchHistory();
    deployMarket(shortWindow());
    uint256 first = market.firstBlockOf(2);
    History(HISTORY).put(first, keccak256("made up"), History.Lie.None);
    vm.roll(first + 257);
    refuseSeed(2);
  }

  function test_constructor_succeedsIfTheChainIsJustOldEnough() public {
    vm.roll(255);
    deployLong();
    checkEq(market.genesisBlock(), 255, "block 0 is 255 blocks back");
  }

  function test_constructor_succeedsIfTheHistoryIsTrue() public {
    deployLong();
    uint256 first = market.firstBlockOf(2);
    vm.roll(first + 1_500);
    History(HISTORY).put(first, keccak256("old"), History.Lie.None);
    bytes32 expected = keccak256(abi.encodePacked(keccak256("old"), uint256(2), block.chainid, address(market)));
    checkEq(market.seedOf(2), expected, "a hash older than 256 blocks is asked there");
  }

  function test_seedOf_failsIfTheHistoryDoesNotAnswer() public {
    deployLong();
    uint256 first = market.firstBlockOf(2);
    History.Lie[4] memory lies = [History.Lie.Short, History.Lie.Long, History.Lie.Zero, History.Lie.Refuse];
    vm.roll(first + 1_500);
    for (uint256 i; i < 4; ++i) {
      History(HISTORY).put(first, keccak256("old"), lies[i]);
      refuseSeed(2);
    }
    vm.roll(first);
    History(HISTORY).put(first, keccak256("too early"), History.Lie.Early);
    refuseSeed(2);
  }

  function test_constructor_failsIfTheHistoryLies() public {
    uint256[2] memory ages = [uint256(1), 255];
    for (uint256 i; i < 2; ++i) {
      for (uint256 lie = 1; lie <= 5; ++lie) {
        trueHistory();
        uint256 number = block.number - ages[i];
        History(HISTORY).put(number, blockhash(number), History.Lie(lie));
        refuse(abi.encodeWithSelector(IMarketSchedule.HistoryUnproven.selector, ages[i]), longWindow());
      }
    }
  }

  function test_constructor_failsIfThereIsNoHistory() public {
    vm.etch(HISTORY, "");
    refuse(abi.encodeWithSelector(IMarketSchedule.HistoryUnproven.selector, 1), longWindow());
    vm.roll(200);
    trueHistory();
    refuse(abi.encodeWithSelector(IMarketSchedule.HistoryUnproven.selector, 255), longWindow());
  }

  function test_constructor_succeedsWithoutHistoryIfTheWindowIsShort() public {
    vm.etch(HISTORY, "");
    deployMarket(shortWindow());
    checkEq(market.parameters().windowBlocks, 256, "BLOCKHASH reaches that far");
  }

  function test_constructor_failsIfTheChainCountsOtherBlocks() public {
    vm.etch(address(0x64), hex"fe");
    refuse(abi.encodeWithSelector(IMarketSchedule.UnsupportedChain.selector, block.chainid), devnet());
  }

  function test_constructor_failsIfTheChainIsOneOfTheZkStack() public {
    vm.etch(address(0x800b), hex"fe");
    refuse(abi.encodeWithSelector(IMarketSchedule.UnsupportedChain.selector, block.chainid), devnet());
  }

  function test_constructor_failsIfHashesAreMadeOfNumbers(uint64 number) public {
    number = uint64(bound(number, GENESIS + 1, 1e9));
    vm.roll(number + 1);
    vm.setBlockhash(number, keccak256(abi.encodePacked(uint64(block.chainid), number)));
    refuse(abi.encodeWithSelector(IMarketSchedule.UnsupportedChain.selector, block.chainid), devnet());
  }

  function test_constructor_failsIfAParameterBreaksR9() public {
    Parameters memory p = devnet();
    p.samples = 2;
    refuseParameter("deterrence", 2 * 100 * 90 * 5000, 1e8, p);
    p = devnet();
    p.bountyBps = 199;
    refuseParameter("sum of shares", 9_999, 10_000, p);
    p.bountyBps = 201;
    refuseParameter("10000 by sum of shares", 10_000, 10_001, p);
    p = devnet();
    p.coverBps = 9_501;
    refuseParameter("10000 by cover and all misses", 10_000, 10_001, p);
    p = devnet();
    (p.coverBps, p.collateralPeriods) = (99, 90);
    refuseParameter("coverBps", 99, 100, p);
    p = devnet();
    p.windowBlocks = 1;
    refuseParameter("windowBlocks", 1, 2, p);
    p = devnet();
    p.periodBlocks = 39;
    refuseParameter("periodBlocks", 39, 40, p);
    p = devnet();
    p.noticePeriods = 0;
    refuseParameter("noticePeriods", 0, 1, p);
    p = devnet();
    p.maxMisses = 2;
    refuseParameter("maxMisses", 2, 3, p);
    p = devnet();
    p.feeBps = 201;
    refuseParameter("200 by feeBps", 200, 201, p);
    p = devnet();
    p.feeBurnBps = 10_001;
    refuseParameter("10000 by feeBurnBps", 10_000, 10_001, p);
    p = devnet();
    p.epochPeriods = 0;
    refuseParameter("epochPeriods", 0, 1, p);
    p = devnet();
    p.unit = 0;
    refuseParameter("unit", 0, 1, p);
    p = devnet();
    p.bondUnit = uint96(UNIT - 1);
    refuseParameter("bondUnit", UNIT - 1, UNIT, p);
    p = devnet();
    p.bondBps = 1_001;
    refuseParameter("1000 by bondBps", 1_000, 1_001, p);
  }

  function test_constructor_failsIfNobodyCouldLiveWithIt() public {
    Parameters memory p = devnet();
    p.samples = 17;
    refuseParameter("most samples", 16, 17, p);
    p = devnet();
    p.noticePeriods = 1_001;
    refuseParameter("most noticePeriods", 1_000, 1_001, p);
    p = devnet();
    (p.maxMisses, p.missBps, p.collateralPeriods) = (51, 10, 900);
    refuseParameter("most maxMisses", 50, 51, p);
    p = devnet();
    p.signatureGas = 19_999;
    refuseParameter("signatureGas", 19_999, 20_000, p);
    p.signatureGas = 1_000_001;
    refuseParameter("most signatureGas", 1_000_000, 1_000_001, p);
    (p.samples, p.noticePeriods, p.signatureGas, p.bondBps) = (16, 1_000, 1_000_000, 1_000);
    (p.maxMisses, p.missBps, p.collateralPeriods) = (50, 10, 900);
    deployMarket(p);
    checkEq(market.parameters().maxMisses, 50, "the bounds themselves are allowed");
    // One sample suffices only where a miss or the collateral is so much larger.
    (p.samples, p.noticePeriods, p.signatureGas, p.bondBps, p.collateralPeriods) = (1, 1, 20_000, 0, 2_000);
    deployMarket(p);
    checkEq(market.parameters().samples, 1, "so are the least");
  }

  function test_constructor_failsIfASlashIsNotWhole() public {
    Parameters memory p = devnet();
    p.unit = 10_001;
    refuseParameter("burn per weight", 0, 500_000, p);
    p.burnBps = 10_000;
    (p.bountyBps, p.compensationBps, p.unit) = (0, 0, 100);
    deployMarket(p);
    (p.burnBps, p.bountyBps, p.unit) = (5_000, 5_000, 150);
    refuseParameter("burn per weight", 0, 75_000_000, p);
  }

  function test_constructor_failsIfTheWindowOutlivesTheHistory() public {
    Parameters memory p = longWindow();
    (p.windowBlocks, p.periodBlocks) = (8_192, 20_000);
    refuseParameter("oldest hash by windowBlocks", 8_191, 8_192, p);
  }

  function createMarket(bytes calldata arguments) external {
    create("StorageMarket", arguments);
  }

  function refuseParameter(string memory name, uint256 left, uint256 right, Parameters memory p) private {
    refuse(abi.encodeWithSelector(IMarketSchedule.BadParameter.selector, name, left, right), p);
  }

  function refuse(bytes memory reason, Parameters memory p) private {
    bytes memory arguments = partsFor(p);
    vm.expectRevert(reason);
    this.createMarket(arguments);
  }

  function refuseSeed(uint256 p) private {
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, p));
    market.seedOf(p);
    vm.expectRevert(abi.encodeWithSelector(IMarketSchedule.SeedUnavailable.selector, p));
    market.recordSeed(p);
  }

  /// @dev As long as may be without EIP-2935.
  function shortWindow() private pure returns (Parameters memory p) {
    p = devnet();
    (p.periodBlocks, p.windowBlocks) = (512, 256);
  }

  function longWindow() private pure returns (Parameters memory p) {
    p = devnet();
    (p.periodBlocks, p.windowBlocks) = (7_200, 1_800);
  }

  function deployLong() private {
    trueHistory();
    deployMarket(longWindow());
  }

  function etchHistory() private {
    vm.etch(HISTORY, address(new History()).code);
  }

  function trueHistory() private {
    etchHistory();
    for (uint256 age = 1; age <= 255 && age <= block.number; age += 254) {
      uint256 number = block.number - age;
      vm.setBlockhash(number, keccak256(abi.encode("true", number)));
      History(HISTORY).put(number, keccak256(abi.encode("true", number)), History.Lie.None);
    }
  }
}

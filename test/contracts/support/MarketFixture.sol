// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IHoldToken} from "../../../contracts/interfaces/IHoldToken.sol";
import {IDealSignals} from "../../../contracts/interfaces/IDealSignals.sol";
import {IMarketView} from "../../../contracts/interfaces/IMarketView.sol";
import {Ask, IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {IRewardPool} from "../../../contracts/interfaces/IRewardPool.sol";
import {IStorageMarket} from "../../../contracts/interfaces/IStorageMarket.sol";
import {IVault} from "../../../contracts/interfaces/IVault.sol";
import {Deal, OpenRequest, Parameters, ProviderAccount, Revision} from "../../../contracts/MarketTypes.sol";
import {Checks} from "./Checks.sol";
import {DataSets} from "./DataSets.sol";

/// @notice A market with the devnet's parameters, and the people on it: Alice rents, Bob provides, Carol rents too, Dave
/// provides too, Mallory lies. Tests reach every state through public functions only.
abstract contract MarketFixture is Checks {
  using DataSets for DataSets.DataSet;

  struct Actor {
    address account;
    uint256 key;
    /// A renter's session key or a provider's operator.
    address hot;
    uint256 hotKey;
  }

  uint256 internal constant GIB = 1 << 25;
  uint256 internal constant P = 40;
  uint256 internal constant W = 20;
  /// Block of the market, no multiple of a period's blocks or of a window's.
  uint256 internal constant GENESIS = 1_007;
  uint256 internal constant UNIT = 1e16;
  uint256 internal constant RICH = 1_000_000e18;
  /// What the owners let be locked, token wei: more than anything here.
  uint96 internal constant LOCK_LIMIT = uint96(RICH);
  /// What a deal's vouchers may take together, token wei.
  uint96 internal constant MAX_EGRESS = 200e18;
  /// Rent of a leaf, token wei a period; it weighs nine units.
  uint256 internal constant LEAF_RENT = 1e15;
  uint128 internal constant PRICE = uint128(LEAF_RENT * GIB);
  /// What one miss takes of one unit of weight, token wei.
  uint256 internal constant BURN_PER_WEIGHT = 50e12;
  uint256 internal constant BOUNTY_PER_WEIGHT = 2e12;
  uint256 internal constant COMPENSATION_PER_WEIGHT = 48e12;
  address internal constant BURN = 0x000000000000000000000000000000000000dEaD;

  IHoldToken internal token;
  IProviderRegistry internal registry;
  IVault internal vault;
  IRewardPool internal rewardPool;
  IStorageMarket internal market;
  IMarketView internal marketView;
  Actor internal alice;
  Actor internal bob;
  Actor internal carol;
  Actor internal dave;
  Actor internal mallory;

  /// The data that stands behind each committed deal.
  mapping(bytes32 deal => DataSets.DataSet) internal stored;

  function setUp() public virtual {
    vm.roll(GENESIS);
    alice = actor("alice");
    bob = actor("bob");
    carol = actor("carol");
    dave = actor("dave");
    mallory = actor("mallory");
    deploy(devnet());
    Actor[5] memory everybody = [alice, bob, carol, dave, mallory];
    for (uint256 i; i < everybody.length; ++i) {
      check(token.transfer(everybody[i].account, RICH), "everybody is rich");
      vm.prank(everybody[i].account);
      token.approve(address(vault), type(uint256).max);
    }
    register(bob);
    register(dave);
    stakeFor(bob, 1_000e18);
    stakeFor(dave, 1_000e18);
  }

  // Deployment

  function devnet() internal pure virtual returns (Parameters memory) {
    return
      Parameters({
        periodBlocks: uint32(P),
        windowBlocks: uint32(W),
        samples: 5,
        missBps: 100,
        collateralPeriods: 90,
        burnBps: 5000,
        bountyBps: 200,
        compensationBps: 4800,
        maxMisses: 5,
        coverBps: 9000,
        noticePeriods: 30,
        feeBps: 0,
        feeBurnBps: 5000,
        epochPeriods: 3,
        bondBps: 100,
        unit: uint96(UNIT),
        bountyCap: uint96(10 * UNIT),
        signatureGas: 100_000,
        bondUnit: uint96(UNIT)
      });
  }

  function deploy(Parameters memory parameters) internal {
    token = IHoldToken(createFrom(tokenCode(), abi.encode(address(this), 100 * RICH, uint256(0))));
    deployMarket(parameters);
    marketView = IMarketView(create("MarketView", abi.encode(market)));
  }

  function deployMarket(Parameters memory parameters) internal {
    market = IStorageMarket(createFrom(marketCode(), partsFor(parameters)));
  }

  /// @notice Deploys all that a market needs before it, bound to the address that the next contract gets. Returns what the market's
  /// constructor takes.
  function partsFor(Parameters memory parameters) internal returns (bytes memory arguments) {
    address predicted = vm.computeCreateAddress(address(this), vm.getNonce(address(this)) + 4);
    registry = IProviderRegistry(create("ProviderRegistry", abi.encode(predicted)));
    vault = IVault(create("Vault", abi.encode(token, predicted)));
    rewardPool = IRewardPool(create("RewardPool", abi.encode(predicted)));
    address body = create("VerbBody", abi.encode(predicted, vault, registry, parameters));
    return abi.encode(vault, registry, rewardPool, body, body.codehash, parameters);
  }

  /// @dev Creation code of the token, or of one that turns out worse.
  function tokenCode() internal view virtual returns (bytes memory) {
    return vm.getCode("HoldToken.sol:HoldToken");
  }

  /// @dev Creation code of the market, or of one made for inspection.
  function marketCode() internal view virtual returns (bytes memory) {
    return vm.getCode("StorageMarket.sol:StorageMarket");
  }

  /// @dev From the artifact, so that no test compiles the market again. A revert of the constructor comes through.
  function create(string memory name, bytes memory arguments) internal returns (address made) {
    return createFrom(vm.getCode(string.concat(name, ".sol:", name)), arguments);
  }

  function createFrom(bytes memory creationCode, bytes memory arguments) internal returns (address made) {
    bytes memory code = bytes.concat(creationCode, arguments);
    assembly ("memory-safe") {
      made := create(0, add(code, 32), mload(code))
      if iszero(made) {
        returndatacopy(0, 0, returndatasize())
        revert(0, returndatasize())
      }
    }
  }

  // People

  function actor(string memory name) internal returns (Actor memory who) {
    who.key = uint256(keccak256(bytes(name)));
    who.account = vm.addr(who.key);
    who.hotKey = uint256(keccak256(bytes.concat(bytes(name), " hot")));
    who.hot = vm.addr(who.hotKey);
    vm.label(who.account, name);
    vm.label(who.hot, string.concat(name, " hot"));
  }

  function defaultAsk() internal pure returns (Ask memory) {
    return Ask({price: PRICE, egressPrice: 1e15, minLeaves: 1, maxLeaves: uint64(64 * GIB), maxPeriods: 1_000});
  }

  function register(Actor memory who) internal {
    vm.prank(who.account);
    registry.register(who.hot, hex"0024080112", "/ip4/127.0.0.1/tcp/4001", defaultAsk(), LOCK_LIMIT);
  }

  function stakeFor(Actor memory who, uint256 amount) internal {
    vm.prank(who.account);
    market.stake(who.account, amount);
  }

  // Time

  function period() internal view returns (uint256) {
    return market.currentPeriod();
  }

  /// @notice Goes to block `offset` of period `p`, whose first block gets a hash of its own.
  function goTo(uint256 p, uint256 offset) internal {
    uint256 first = market.firstBlockOf(p);
    vm.roll(first + offset);
    if (offset != 0 && offset <= 256) vm.setBlockhash(first, keccak256(abi.encode("block", first)));
  }

  function nextPeriod(uint256 offset) internal {
    goTo(period() + 1, offset);
  }

  // Deals

  function requestFor(
    Actor memory renter,
    Actor memory provider,
    bytes32 salt
  ) internal view returns (OpenRequest memory) {
    return
      OpenRequest({
        provider: provider.account,
        salt: salt,
        signer: renter.hot,
        maxPrice: PRICE,
        maxEgressPrice: 1e15,
        maxEnd: uint32(period() + 100),
        maxLeaves: uint40(8 * GIB),
        maxEgress: MAX_EGRESS,
        escrow: uint128(100e18)
      });
  }

  function openDeal(Actor memory renter, OpenRequest memory request) internal returns (bytes32) {
    OpenRequest[] memory requests = new OpenRequest[](1);
    requests[0] = request;
    vm.prank(renter.account);
    return market.open(requests)[0];
  }

  function openDeal(Actor memory renter, Actor memory provider, bytes32 salt) internal returns (bytes32) {
    return openDeal(renter, requestFor(renter, provider, salt));
  }

  /// @notice The next revision of `deal`, with `set` in it, for as long as its bounds allow; an empty one keeps the end.
  function revisionOf(bytes32 id, DataSets.DataSet memory set) internal view returns (Revision memory) {
    Deal memory deal = market.dealOf(id);
    return
      Revision({
        deal: id,
        number: deal.number + 1,
        root: set.rootOf(),
        leaves: uint40(set.totalLeaves()),
        sectors: uint24(set.counts.length),
        end: set.counts.length == 0 ? deal.end : deal.maxEnd,
        price: deal.price,
        validUntil: uint32(period() + 2)
      });
  }

  function sign(uint256 key, Revision memory revision) internal view returns (bytes memory) {
    (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, market.digestOf(revision));
    return abi.encodePacked(r, s, v);
  }

  function commitRevision(Actor memory renter, Actor memory provider, Revision memory revision) internal {
    bytes memory renterSignature = sign(renter.hotKey, revision);
    bytes memory providerSignature = sign(provider.hotKey, revision);
    market.commit(revision, renterSignature, providerSignature);
  }

  function outOfBounds(
    string memory name,
    uint256 value,
    uint256 min,
    uint256 max
  ) internal pure returns (bytes memory) {
    return abi.encodeWithSelector(IDealSignals.OutOfBounds.selector, name, value, min, max);
  }

  /// @notice Commits the revision that Alice and Bob signed, and expects `reason`.
  function refuseCommit(bytes memory reason, Revision memory revision) internal {
    bytes memory renterSignature = sign(alice.hotKey, revision);
    bytes memory providerSignature = sign(bob.hotKey, revision);
    vm.expectRevert(reason);
    market.commit(revision, renterSignature, providerSignature);
  }

  function commitData(Actor memory renter, Actor memory provider, bytes32 id, DataSets.DataSet memory set) internal {
    commitRevision(renter, provider, revisionOf(id, set));
    stored[id] = set;
  }

  /// @notice Opens a deal and commits `sectors` sectors of `leavesEach` leaves to it.
  function storeData(
    Actor memory renter,
    Actor memory provider,
    bytes32 salt,
    uint256 sectors,
    uint256 leavesEach
  ) internal returns (bytes32 id) {
    id = openDeal(renter, provider, salt);
    commitData(renter, provider, id, DataSets.make(salt, sectors, leavesEach));
  }

  // Audits

  /// @notice The samples of an honest proof for the current period.
  function samplesOf(Actor memory provider) internal view returns (bytes memory samples) {
    ProviderAccount memory account = market.accountOf(provider.account);
    bytes32 seed = market.seedOf(period());
    for (uint256 i; i < market.parameters().samples; ++i) {
      uint256 random = uint256(keccak256(abi.encodePacked("audit", seed, provider.account, i)));
      bytes32 id = drawn(provider.account, account.generation, uint128(random) % account.total);
      DataSets.DataSet memory set = stored[id];
      samples = bytes.concat(samples, set.prove((random >> 128) % set.totalLeaves()));
    }
  }

  /// @notice The deal in whose weight `target` falls, found the slow way.
  function drawn(address provider, uint256 generation, uint256 target) internal view returns (bytes32 id) {
    for (uint256 slot; ; ++slot) {
      id = market.dealAt(provider, generation, slot);
      uint256 weight = id == 0 ? 0 : market.dealOf(id).weight;
      if (target < weight) return id;
      target -= weight;
    }
  }

  function prove(Actor memory provider) internal {
    bytes memory samples = samplesOf(provider);
    market.prove(provider.account, period(), samples);
  }

  /// @notice Goes behind the window of the next period, where Mallory finds the miss.
  function missNext(Actor memory provider) internal {
    nextPeriod(W);
    vm.prank(mallory.account);
    market.sync(provider.account);
  }

  /// @notice Misses until the live generation of `provider` has defaulted.
  function defaultOn(Actor memory provider) internal {
    uint256 generation = market.accountOf(provider.account).generation;
    while (market.accountOf(provider.account).generation == generation) missNext(provider);
  }

  /// @notice Goes to the next period and proves it in block 1.
  function proveNext(Actor memory provider) internal {
    nextPeriod(1);
    prove(provider);
  }
}

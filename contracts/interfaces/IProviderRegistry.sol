// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a provider asks for. Prices are copied into a deal when it is opened; a later change binds later deals only.
/// @param price Rent, token wei per GiB-period (1 GiB = 2^25 leaves).
/// @param egressPrice Token wei per GiB read.
/// @param minLeaves Smallest `maxLeaves` a deal may be opened with, leaves.
/// @param maxLeaves Largest `maxLeaves` a deal may be opened with, leaves; 0 means that no deal is accepted.
/// @param maxPeriods Longest time from opening to `maxEnd`, periods.
struct Ask {
  uint128 price;
  uint128 egressPrice;
  uint64 minLeaves;
  uint64 maxLeaves;
  uint32 maxPeriods;
}

/// @notice A provider as the registry knows it.
/// @param operator Hot key: consents to revisions, updates ask and addresses. Never receives money.
/// @param registeredAt Block of registration, never zero for a registered provider.
/// @param peerId libp2p peer id as bytes (multihash), 1 to 64 bytes.
/// @param addresses libp2p multiaddrs as text, one per line, at most 512 bytes.
/// @param ask What it asks for.
struct ProviderRecord {
  address operator;
  uint64 registeredAt;
  bytes peerId;
  string addresses;
  Ask ask;
}

/// @title Who provides, where, and for what price
/// @notice A provider is named by its owner's address, for good. The owner is the cold key: stake, earnings and the
/// choices of operator and lock limit are its own. The operator is the hot key of the daemon.
interface IProviderRegistry {
  event ProviderRegistered(address indexed provider, address indexed operator, bytes peerId, string addresses);
  event OperatorSet(address indexed provider, address indexed operator);
  event EndpointSet(address indexed provider, bytes peerId, string addresses);
  event AskSet(address indexed provider, Ask ask);

  /// @notice `provider` has registered before.
  error AlreadyRegistered(address provider);
  /// @notice No such provider.
  error NotRegistered(address provider);
  /// @notice `caller` is neither the owner nor the operator of `provider`.
  error NotProvider(address provider, address caller);
  /// @notice The peer id or the addresses are empty or too long (bytes).
  error BadEndpoint(uint256 peerIdLength, uint256 addressesLength);
  /// @notice The operator's address is zero.
  error ZeroOperator();

  /// @notice The market that it tells of the lock limits of new providers.
  function market() external view returns (address);

  /// @notice Registers the caller as owner of a new provider.
  /// @param lockLimit Token wei of stake that revisions may lock, for the market (`setLockLimit` there changes it): the most that a
  /// stolen operator's key can cost. Leave headroom of maxMisses · missBps above what is to be locked.
  function register(
    address operator,
    bytes calldata peerId,
    string calldata addresses,
    Ask calldata ask,
    uint96 lockLimit
  ) external;

  /// @notice Names another hot key. By the owner.
  /// @dev Warning: revisions signed by the old operator and not yet on chain bind nobody any more.
  function setOperator(address operator) external;

  /// @notice Changes peer id and addresses. By owner or operator.
  function setEndpoint(address provider, bytes calldata peerId, string calldata addresses) external;

  /// @notice Changes the ask. By owner or operator.
  function setAsk(address provider, Ask calldata ask) external;

  /// @notice The whole record; all zero for an address that never registered.
  function record(address provider) external view returns (ProviderRecord memory);

  /// @notice The operator of `provider`, zero if it never registered.
  function operatorOf(address provider) external view returns (address);

  /// @notice The ask of `provider`.
  function askOf(address provider) external view returns (Ask memory);

  /// @notice How many providers have ever registered.
  function count() external view returns (uint256);

  /// @notice Provider number `index` in order of registration, `index < count()`.
  function providerAt(uint256 index) external view returns (address);
}

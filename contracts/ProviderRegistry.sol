// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMarketStakes} from "./interfaces/IMarketStakes.sol";
import {Ask, IProviderRegistry, ProviderRecord} from "./interfaces/IProviderRegistry.sol";

/// @title Who provides, where, and for what price
/// @notice Documented in `IProviderRegistry`.
contract ProviderRegistry is IProviderRegistry {
  uint256 private constant MAX_PEER_ID_BYTES = 64;
  uint256 private constant MAX_ADDRESSES_BYTES = 512;

  /// @inheritdoc IProviderRegistry
  address public immutable market;

  mapping(address provider => ProviderRecord) private _records;
  address[] private _providers;

  modifier onlyProvider(address provider) {
    address operator = _requireRegistered(provider);
    require(msg.sender == provider || msg.sender == operator, NotProvider(provider, msg.sender));
    _;
  }

  /// @param market_ The market's address, computed before it exists.
  constructor(address market_) {
    market = market_;
  }

  /// @inheritdoc IProviderRegistry
  function register(
    address operator,
    bytes calldata peerId,
    string calldata addresses,
    Ask calldata ask,
    uint96 lockLimit
  ) external {
    ProviderRecord storage entry = _records[msg.sender];
    require(entry.operator == address(0), AlreadyRegistered(msg.sender));
    require(operator != address(0), ZeroOperator());
    entry.operator = operator;
    entry.registeredAt = uint64(block.number);
    entry.ask = ask;
    _writeEndpoint(entry, peerId, addresses);
    _providers.push(msg.sender);
    emit ProviderRegistered(msg.sender, operator, peerId, addresses);
    emit AskSet(msg.sender, ask);
    IMarketStakes(market).setLockLimit(msg.sender, lockLimit);
  }

  /// @inheritdoc IProviderRegistry
  function setOperator(address operator) external {
    _requireRegistered(msg.sender);
    require(operator != address(0), ZeroOperator());
    _records[msg.sender].operator = operator;
    emit OperatorSet(msg.sender, operator);
  }

  /// @inheritdoc IProviderRegistry
  function setEndpoint(
    address provider,
    bytes calldata peerId,
    string calldata addresses
  ) external onlyProvider(provider) {
    _writeEndpoint(_records[provider], peerId, addresses);
    emit EndpointSet(provider, peerId, addresses);
  }

  /// @inheritdoc IProviderRegistry
  function setAsk(address provider, Ask calldata ask) external onlyProvider(provider) {
    _records[provider].ask = ask;
    emit AskSet(provider, ask);
  }

  /// @inheritdoc IProviderRegistry
  function record(address provider) external view returns (ProviderRecord memory) {
    return _records[provider];
  }

  /// @inheritdoc IProviderRegistry
  function operatorOf(address provider) external view returns (address) {
    return _records[provider].operator;
  }

  /// @inheritdoc IProviderRegistry
  function askOf(address provider) external view returns (Ask memory) {
    return _records[provider].ask;
  }

  /// @inheritdoc IProviderRegistry
  function count() external view returns (uint256) {
    return _providers.length;
  }

  /// @inheritdoc IProviderRegistry
  function providerAt(uint256 index) external view returns (address) {
    return _providers[index];
  }

  function _requireRegistered(address provider) private view returns (address operator) {
    operator = _records[provider].operator;
    require(operator != address(0), NotRegistered(provider));
  }

  function _writeEndpoint(ProviderRecord storage entry, bytes calldata peerId, string calldata addresses) private {
    uint256 addressesLength = bytes(addresses).length;
    bool fits = peerId.length <= MAX_PEER_ID_BYTES && addressesLength <= MAX_ADDRESSES_BYTES;
    require(fits && peerId.length != 0 && addressesLength != 0, BadEndpoint(peerId.length, addressesLength));
    entry.peerId = peerId;
    entry.addresses = addresses;
  }
}

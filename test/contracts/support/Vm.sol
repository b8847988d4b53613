// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice The cheat codes that the tests use.
interface Vm {
  struct Log {
    bytes32[] topics;
    bytes data;
    address emitter;
  }

  function addr(uint256 privateKey) external pure returns (address);
  function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
  function roll(uint256 blockNumber) external;
  function getBlockNumber() external view returns (uint256);
  function chainId(uint256 id) external;
  function setBlockhash(uint256 blockNumber, bytes32 blockHash) external;
  function prank(address sender) external;
  function startPrank(address sender) external;
  function stopPrank() external;
  function expectPartialRevert(bytes4 selector) external;
  function expectRevert() external;
  function expectRevert(bytes4 selector) external;
  function expectRevert(bytes calldata data) external;
  function expectEmit() external;
  function expectEmit(address emitter) external;
  function recordLogs() external;
  function getRecordedLogs() external returns (Log[] memory);
  function etch(address target, bytes calldata code) external;
  function mockCall(address callee, bytes calldata data, bytes calldata returnData) external;
  function mockCallRevert(address callee, bytes calldata data, bytes calldata revertData) external;
  function clearMockedCalls() external;
  function assume(bool condition) external pure;
  function snapshotState() external returns (uint256);
  function revertToState(uint256 id) external returns (bool);
  function load(address target, bytes32 slot) external view returns (bytes32);
  function store(address target, bytes32 slot, bytes32 value) external;
  function label(address account, string calldata name) external;
  function getCode(string calldata artifact) external view returns (bytes memory);
  function getNonce(address account) external view returns (uint64);
  function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
  function readFile(string calldata path) external view returns (string memory);
  function parseJson(string calldata json, string calldata key) external pure returns (bytes memory);
  function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
  function parseJsonBytes(string calldata json, string calldata key) external pure returns (bytes memory);
  function parseJsonBytes32(string calldata json, string calldata key) external pure returns (bytes32);
  function parseJsonBytes32Array(string calldata json, string calldata key) external pure returns (bytes32[] memory);
  function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
  function parseJsonString(string calldata json, string calldata key) external pure returns (string memory);
  function projectRoot() external view returns (string memory);
  function toString(uint256 value) external pure returns (string memory);
  function toString(bytes32 value) external pure returns (string memory);
}

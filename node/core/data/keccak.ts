import { keccak_256 } from '@noble/hashes/sha3.js';
import { toHex } from './bytes.js';
import { hash, type Hash } from '../units.js';

/** Keccak-256 as Ethereum uses it: ids, seeds, draws and EIP-712. Trees use SHA-256. */
export const keccak256 = (bytes: Uint8Array): Hash => hash(toHex(keccak_256(bytes)));

import { toHex, uintBytes } from '../data/bytes.js';
import { hash, type Hash } from '../units.js';

/**
 * Salt of deal number `place`, from 0, between a renter and a provider: numbers are used one after the other, so that whoever knows the two
 * finds all their deals by asking the market for one id after the other.
 */
export const numberedSalt = (place: number): Hash => hash(toHex(uintBytes(BigInt(place), 32)));

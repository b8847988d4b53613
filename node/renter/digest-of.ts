import { sha256 } from '#sha256';
import { toHex } from '../core/data/bytes.js';
import { hash, type Hash } from '../core/units.js';

/** SHA-256 of what a slab, a file of one slab, or a page has. */
export const digestOf = async (bytes: Uint8Array): Promise<Hash> => hash(toHex(await sha256(bytes)));

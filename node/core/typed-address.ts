import { keccak256 } from './data/keccak.js';
import { address, type Address } from './units.js';

/** The letters of an address as EIP-55 writes them: large where the digit of its hash, at the same place, is above 7. */
const checksummed = (found: Address): string => {
  const digits = found.slice(2);
  const digest = keccak256(new TextEncoder().encode(digits)).slice(2);
  return `0x${[...digits].map((digit, place) => (Number.parseInt(digest[place] as string, 16) > 7 ? digit.toUpperCase() : digit)).join('')}`;
};

/**
 * An address as people type or paste it: where it has letters of both cases, they are its checksum (EIP-55), and a slip is found.
 * TypeError for another text; RangeError where the checksum is another's.
 */
export const typedAddress = (text: string): Address => {
  const found = address(text);
  const digits = text.slice(2);
  const isPlain = digits === digits.toLowerCase() || digits === digits.toUpperCase();
  if (!isPlain && text.slice(2) !== checksummed(found).slice(2)) throw new RangeError(`the checksum of ${text} is another's`);
  return found;
};

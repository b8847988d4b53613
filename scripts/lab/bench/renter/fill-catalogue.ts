import { randomBytes } from 'node:crypto';
import { hash } from '../../../../node/core/units.js';
import type { Catalogue, StoredObject } from '../../../../node/ports/catalogue.js';

/** Records of one write. */
const PORTION = 1_000;

const objectNumber = (number: number): StoredObject => ({
  state: 'stored',
  id: randomBytes(16).toString('hex'),
  name: `photos/${2000 + (number % 25)}/image ${String(number).padStart(7, '0')}.jpg`,
  bytes: 10_240,
  sha256: hash(`0x${randomBytes(32).toString('hex')}`),
  storedAt: 1_700_000_000_000 + number,
  k: 4,
  n: 12,
  slabs: 0,
});

/** Puts the records of so many objects into a catalogue, which nobody can read back. */
export const fillCatalogue = async (catalogue: Pick<Catalogue, 'putObjects'>, objects: number): Promise<void> => {
  for (let done = 0; done < objects; done += PORTION)
    await catalogue.putObjects(Array.from({ length: Math.min(PORTION, objects - done) }, (_, index) => objectNumber(done + index)));
};

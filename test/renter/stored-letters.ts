import { wei } from '../../node/core/units.js';
import { bytesOf } from '../support/worlds/actors.js';
import { TOKEN } from '../support/worlds/provider-world.js';
import { createRenterWorld, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';

export const letters = bytesOf('letters', 5_000);
/** Frank is dearer than the others, and spare. */
const names = ['bob', 'carol', 'dave', 'erin', 'frank'];

/** A world in which Alice has stored her letters with the four cheaper ones: any two of them bring the file back. */
export const stored = async (): Promise<RenterWorld> => {
  const world = await createRenterWorld({
    names,
    provider: (name) => ({ ask: { price: wei((name === 'frank' ? 3n : 2n) * TOKEN) } }),
  });
  await world.during(world.renter.put({ name: 'letters', source: sourceOf(letters), k: 2, n: 4, periods: 30 }));
  return world;
};

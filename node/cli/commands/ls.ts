import type { ObjectRecord } from '../../ports/catalogue.js';
import type { UnreadableObject } from '../../renter/deals/unreadable.js';
import type { CommandSpec, Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { objectLines } from './object-lines.js';
import { withRenter } from './renting.js';

/** What is stored, and of `unreadable`, if that was asked for, what cannot be read back. */
const listing = (objects: readonly ObjectRecord[], unreadable?: readonly UnreadableObject[]): Outcome => {
  const lost = new Map(unreadable?.map(({ object, left }) => [object.id, left]));
  const lines = objectLines(objects, lost);
  return {
    text: lines.length === 0 ? ['Nothing stored yet: "holdfast put FILE".'] : lines,
    json: { objects: objects.map((object) => ({ ...objectFacts(object), ...(unreadable && { readable: !lost.has(object.id) }) })) },
  };
};

export const command: CommandSpec = {
  options: [{ flags: '--health', description: 'ask the chain which files cannot be read back any more (needs the password and an RPC)' }],
  examples: ['holdfast ls', 'holdfast ls --health', 'holdfast ls --json'],
  run: async (call) => {
    const { storedObjects } = await import('../../app/stored-objects.js');
    if (!call.options.flag('health')) return listing(await storedObjects(await call.settings()));
    return await withRenter(call, async ({ renter }) => {
      const objects = await Array.fromAsync(renter.objects());
      return listing(objects, await renter.unreadable({ signal: call.signal }));
    });
  },
};

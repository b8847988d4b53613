import { liesUnder } from '../../app/files/object-name.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { UnreadableObject } from '../../renter/deals/unreadable.js';
import { wordOf, type CommandSpec, type Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { objectLines } from './object-lines.js';
import { withRenter } from './renting.js';

/** What is stored under `prefix`, and of `unreadable`, if that was asked for, what cannot be read back. */
const listing = (all: readonly ObjectRecord[], prefix: string, unreadable?: readonly UnreadableObject[]): Outcome => {
  const objects = all.filter(({ name }) => liesUnder(name, prefix));
  const nothing = prefix === '' ? 'Nothing stored yet: "holdfast put FILE".' : `Nothing stored under "${prefix}".`;
  const lost = new Map(unreadable?.map(({ object, left }) => [object.id, left]));
  const lines = objectLines(objects, lost);
  return {
    text: lines.length === 0 ? [nothing] : lines,
    json: { objects: objects.map((object) => ({ ...objectFacts(object), ...(unreadable && { readable: !lost.has(object.id) }) })) },
  };
};

export const command: CommandSpec = {
  arguments: [{ flags: '[prefix]', description: 'folder of names (default: everything)' }],
  options: [{ flags: '--health', description: 'ask the chain which files cannot be read back any more (needs the password and an RPC)' }],
  examples: ['holdfast ls', 'holdfast ls photos/', 'holdfast ls --health', 'holdfast ls --json'],
  run: async (call) => {
    const { storedObjects } = await import('../../app/stored-objects.js');
    const prefix = wordOf(call, 0);
    if (!call.options.flag('health')) return listing(await storedObjects(await call.settings()), prefix);
    return await withRenter(call, async ({ renter }) => {
      const objects = await Array.fromAsync(renter.objects());
      return listing(objects, prefix, await renter.unreadable({ signal: call.signal }));
    });
  },
};

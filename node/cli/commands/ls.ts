import { nameText } from '../../core/visible-text.js';
import { liesUnder } from '../../app/files/object-name.js';
import type { ObjectRecord } from '../../ports/catalogue.js';
import type { UnreadableObject } from '../../renter/deals/unreadable.js';
import { wordOf, type CommandSpec, type Outcome } from '../command.js';
import { objectFacts } from './object-facts.js';
import { createObjectList, type ObjectList } from './object-list.js';
import type { Terminal } from '../terminal.js';
import { withRenter } from './renting.js';

/** Lines said at once. */
const LINES = 512;

/** Says a line for each object, some at once: there may be hundreds of thousands. */
const sayLines = (terminal: Terminal, list: ObjectList): void => {
  let lines: string[] = [];
  const flush = (): void => {
    if (lines.length > 0) terminal.say(lines.join('\n'));
    lines = [];
  };
  for (const line of list.lines()) if (lines.push(line) === LINES) flush();
  flush();
};

/** What is stored under `prefix`, and of `unreadable`, if that was asked for, what cannot be read back. */
const listing = async (
  terminal: Terminal,
  objects: AsyncIterable<ObjectRecord>,
  prefix: string,
  unreadable?: readonly UnreadableObject[],
): Promise<Outcome> => {
  const lost = new Map(unreadable?.map(({ object, left }) => [object.id, left]));
  const list = createObjectList();
  const told: Record<string, unknown>[] = [];
  for await (const object of objects) {
    if (!liesUnder(object.name, prefix)) continue;
    if (terminal.json) told.push({ ...objectFacts(object), ...(unreadable && { readable: !lost.has(object.id) }) });
    else list.add(object, lost.get(object.id));
  }
  sayLines(terminal, list);
  const nothing = prefix === '' ? 'Nothing stored yet: "holdfast put FILE".' : `Nothing stored under "${nameText(prefix)}".`;
  return { text: list.size === 0 ? [nothing] : [], json: { objects: told } };
};

export const command: CommandSpec = {
  arguments: [{ flags: '[prefix]', description: 'folder of names (default: everything)' }],
  options: [{ flags: '--health', description: 'ask the chain which files cannot be read back any more (needs the password and an RPC)' }],
  examples: ['holdfast ls', 'holdfast ls photos/', 'holdfast ls --health', 'holdfast ls --json'],
  run: async (call) => {
    const { storedObjects } = await import('../../app/stored-objects.js');
    const prefix = wordOf(call, 0);
    if (!call.options.flag('health')) return await listing(call.terminal, storedObjects(await call.settings()), prefix);
    return await withRenter(
      call,
      async ({ renter }) => await listing(call.terminal, renter.objects(), prefix, await renter.unreadable({ signal: call.signal })),
      'reader',
    );
  },
};

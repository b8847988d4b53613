import { statSync } from 'node:fs';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { wordsOf, type Call, type CommandSpec } from '../command.js';
import { storeGathered, storingOptions } from './store-gathered.js';

/** Any name but an empty one, which no command could be given. */
const nameOf = (text: string): string => {
  if (text === '') throw new TypeError('empty');
  return text;
};

/** How the arguments are called. */
const readOptions = (call: Call, paths: readonly string[]) => {
  const name = call.options.parsed('name', 'a name', nameOf);
  const under = call.options.parsed('under', 'a folder of names', nameOf)?.replace(/\/+$/, '');
  if (name !== undefined && paths.length > 1)
    throw new HoldfastError('USAGE', { detail: '--name is for one argument; use --under for several' });
  if (name !== undefined && under !== undefined) throw new HoldfastError('USAGE', { detail: '--name and --under stand for each other' });
  return { name, under };
};

export const command: CommandSpec = {
  arguments: [{ flags: '<files...>', description: 'files and folders; "-" is standard input' }],
  options: [
    { flags: '--name <name>', description: 'name to store the only argument under (default: its last part)' },
    { flags: '--under <prefix>', description: 'folder that all names begin with' },
    ...storingOptions,
  ],
  examples: [
    'holdfast put holiday.tar',
    'holdfast put photos notes.txt --under backup',
    'tar c photos | holdfast put - --name photos.tar --password-file password --max-escrow 5',
    'holdfast put holiday.tar --room 10GiB --max-price 1.2 --periods 180',
  ],
  run: async (call) => {
    const paths = wordsOf(call, 0);
    const { name, under } = readOptions(call, paths);
    const settings = await call.settings();
    const { gather } = await import('../../app/files/gather.js');
    const own = statSync(settings.home, { throwIfNoEntry: false });
    const gathered = await gather(paths, { name, under, own, signal: call.signal });
    return await storeGathered(call, gathered);
  },
};

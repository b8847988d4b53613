import { countText } from '../../core/amount-text.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { nameText } from '../../core/visible-text.js';
import { wordOf, type CommandSpec } from '../command.js';
import { objectFacts } from './object-facts.js';

export const command: CommandSpec = {
  arguments: [
    { flags: '<old>', description: 'name of a file or a folder' },
    { flags: '<new>', description: 'its new name, or with "/" at its end the folder that it goes into' },
  ],
  options: [{ flags: '--force', description: 'delete what has a new name already' }],
  examples: ['holdfast mv holiday.tar holidays/2026.tar', 'holdfast mv photos archive/', 'holdfast mv -- -odd-name even-name'],
  run: async (call) => {
    const [from, to] = [wordOf(call, 0), wordOf(call, 1)];
    const [{ withCatalogue }, { planRenaming, rename }, { requireName }] = await Promise.all([
      import('../../app/local-catalogue.js'),
      import('../../renter/objects/rename-objects.js'),
      import('../../app/files/object-name.js'),
    ]);
    return await withCatalogue(await call.settings(), async (catalogue) => {
      if (catalogue === undefined) throw new HoldfastError('OBJECT_MISSING', { name: from });
      const renaming = await planRenaming(catalogue, from, to, { force: call.options.flag('force'), check: requireName });
      await rename(catalogue, renaming);
      const { objects, replaced } = renaming;
      const names = new Set(objects.map(({ name }) => name)).size;
      const [only] = objects;
      return {
        text: [
          names === 1 && only ? `It is called "${nameText(only.name)}" now.` : `${countText(names, 'file')} have new names.`,
          ...(replaced.length === 0 ? [] : [`Deleted what had them: ${countText(replaced.length, 'file')}.`]),
          'The deals, and so other machines of this wallet and a recovery, hear of it with the next round of "holdfast renter run" or "holdfast put".',
        ],
        json: { renamed: objects.map(objectFacts), deleted: replaced.map(objectFacts) },
      };
    });
  },
};

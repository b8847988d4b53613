import { foldersOf } from '../../../app/settings/folders.js';
import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  options: [{ flags: '--new-password-file <file>', description: 'read the new password from this file instead of asking' }],
  examples: ['holdfast wallet password', 'holdfast wallet password --password-file old.txt --new-password-file new.txt'],
  run: async (call) => {
    const { changePassword } = await import('../../../app/keys/change-password.js');
    const settings = await call.settings();
    const former = await call.prompt.password('Password of the keys as it is now');
    const following = await call.prompt.newPassword('New password', { file: call.options.text('newPasswordFile') });
    const { keys: folder } = foldersOf(settings);
    const { changed, kept } = await changePassword({ folder, scryptCost: settings.keystore.scryptCost, former, following });
    // Whoever changes a password wants it asked for again.
    const { lockAgent } = await import('../../../app/agent/lock-agent.js');
    await lockAgent(folder);
    return {
      text: [
        `The new password opens ${changed.join(', ')} in ${folder}.`,
        ...(kept.length === 0 ? [] : [`It is not that of ${kept.join(', ')}, which had another one and keep it.`]),
        'Copies of the keys that you have elsewhere keep the former password.',
      ],
      json: { changed, kept },
    };
  },
};

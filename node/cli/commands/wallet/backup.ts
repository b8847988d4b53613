import { foldersOf } from '../../../app/settings/folders.js';
import { toHex } from '../../../core/data/bytes.js';
import type { CommandSpec } from '../../command.js';

export const command: CommandSpec = {
  options: [
    {
      flags: '--out <file>',
      description: 'write it to a new file that only you may read: text, or a page to print where the name ends in .html',
    },
  ],
  examples: ['holdfast wallet backup', 'holdfast wallet backup --out backup.html'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const { paperPage, paperText } = await import('../../../app/keys/paper-backup.js');
    const settings = await call.settings();
    const keystore = keystoreOf(settings);
    const address = await keystore.addressOf('wallet');
    const password = await call.prompt.password('Password of the wallet');
    const secret = (await keystore.mnemonic(password)) ?? (await keystore.unlock('wallet', password));
    const { catalogue, keys } = foldersOf(settings);
    const facts = { address, secret, network: settings.network, catalogue, keys };
    const out = call.options.text('out');
    if (out === undefined)
      return {
        text: paperText(facts),
        json: {
          address,
          ...(secret instanceof Uint8Array ? { privateKey: toHex(secret) } : { mnemonic: secret.words, path: secret.path }),
        },
      };
    const { writePrivateFile } = await import('../../../app/keys/private-file.js');
    await writePrivateFile(out, out.endsWith('.html') ? paperPage(facts) : paperText(facts).join('\n'));
    return {
      text: [`Wrote ${out}, which only you may read. Print it, and delete it: no password protects it.`],
      json: { address, path: out },
    };
  },
};

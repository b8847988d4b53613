import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { foldersOf } from '../../../app/settings/folders.js';
import type { Call, CommandSpec, Outcome } from '../../command.js';

/** Writes `text` to the file that `--out` names, or answers with it. */
const give = async ({ options }: Call, text: string, json: Outcome['json']): Promise<Outcome> => {
  const out = options.text('out');
  if (out === undefined) return { text: [text], json };
  const { writePrivateFile } = await import('../../../app/keys/private-file.js');
  await writePrivateFile(out, `${text}\n`);
  return { text: [`Wrote ${out}, which only you may read.`], json: { path: out } };
};

export const command: CommandSpec = {
  options: [
    { flags: '--mnemonic', description: 'the mnemonic, where it is kept, in the open; by default the keystore, which the password opens' },
    { flags: '--out <file>', description: 'write it to a new file that only you may read, instead of standard output' },
  ],
  examples: ['holdfast wallet export --out keystore.json', 'holdfast wallet export --mnemonic'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const settings = await call.settings();
    const keystore = keystoreOf(settings);
    const address = await keystore.addressOf('wallet');
    const password = await call.prompt.password('Password of the wallet');
    if (!call.options.flag('mnemonic')) {
      const sealed = await keystore.sealed(password);
      return await give(call, JSON.stringify(sealed), { address, keystore: sealed });
    }
    const mnemonic = await keystore.mnemonic(password);
    if (mnemonic === undefined) throw new HoldfastError('MNEMONIC_NOT_KEPT', { path: foldersOf(settings).keys });
    return await give(call, mnemonic.words, { address, mnemonic: mnemonic.words, path: mnemonic.path });
  },
};

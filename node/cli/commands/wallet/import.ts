import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { fromHex } from '../../../core/data/bytes.js';
import { asError } from '../../../core/errors/coded.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { wordOf, type Call, type CommandSpec } from '../../command.js';

/** The key in a file (hex), on standard input for "-", or typed. The error never repeats what was read. */
const readKey = async (call: Call): Promise<Uint8Array> => {
  const text = (call.args[0] === undefined ? await call.prompt.secret('Private key (0x…)') : await readKeyText(wordOf(call, 0))).trim();
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new HoldfastError('KEY_INVALID', {});
  return fromHex(text);
};

const readKeyText = async (source: string): Promise<string> => {
  if (source === '-') return await readAll(process.stdin);
  return await readFile(source, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', { path: source, reason: asError(cause).message }, { cause });
  });
};

export const command: CommandSpec = {
  arguments: [{ flags: '[file]', description: 'file with the key as hex; "-" reads standard input; asked for if left out' }],
  examples: ['holdfast wallet import', 'holdfast wallet import key.txt'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const key = await readKey(call);
    const account = await keystore.create('wallet', await call.prompt.newPassword('New password for the wallet'), key);
    return { text: [`Your wallet is ${account}.`], json: { address: account } };
  },
};

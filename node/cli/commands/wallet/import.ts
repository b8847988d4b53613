import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import { unreadable } from '../../../disk/disk-error.js';
import { count } from '../../amounts.js';
import { wordOf, type Call, type CommandSpec } from '../../command.js';

/** Most bytes of what is imported. */
const CAP = 64 << 10;

/** Text of `stream`. KEY_INVALID beyond what any key takes. */
const readText = async (stream: Readable): Promise<string> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream as AsyncIterable<Buffer | string>) {
    const buffer = Buffer.from(part);
    bytes += buffer.length;
    if (bytes > CAP) throw new HoldfastError('KEY_INVALID', {});
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString('utf8');
};

/** The text in a file, on standard input for "-", or typed; and what it is called. */
const readSource = async (call: Call): Promise<{ readonly text: string; readonly where: string }> => {
  if (call.args[0] === undefined)
    return { text: await call.prompt.secret('Private key (0x…), or mnemonic, its words apart by spaces'), where: 'what was typed' };
  const source = wordOf(call, 0);
  const { isSecretTyped } = await import('../../../app/keys/wallet-source.js');
  if (isSecretTyped(source)) throw new HoldfastError('KEY_ON_COMMAND_LINE', {});
  if (source === '-') return { text: await readText(call.standard.input), where: 'standard input' };
  const stream = createReadStream(source, { signal: call.signal });
  const text = await readText(stream).catch((cause: unknown) => {
    throw unreadable(source, cause);
  });
  return { text, where: source };
};

/** Which key of a mnemonic is meant. */
const pathOf = async ({ options }: Call): Promise<string> => {
  const { parsePath, pathOfIndex } = await import('../../../app/keys/mnemonic.js');
  const path = options.parsed('path', "a path such as m/44'/60'/0'/0/0", parsePath);
  const index = options.parsed('index', ...count(0, 2 ** 31 - 1));
  if (path !== undefined && index !== undefined)
    throw new HoldfastError('BAD_OPTION', { option: '--index', value: String(index), expected: 'left out where --path says it all' });
  return path ?? pathOfIndex(index ?? 0);
};

/** The password of a keystore that is imported. */
const sourcePassword = async ({ options, prompt }: Call): Promise<string> => {
  const file = options.text('sourcePasswordFile');
  return file === undefined ? await prompt.secret('Password of that keystore') : await prompt.newPassword('', { file });
};

export const command: CommandSpec = {
  arguments: [
    {
      flags: '[file]',
      description: 'file with a private key (hex), a mnemonic or a keystore (JSON); "-" reads standard input; asked for if left out',
    },
  ],
  options: [
    { flags: '--index <number>', description: 'which account of a mnemonic, as other wallets number them from 0 (default: 0)' },
    { flags: '--path <path>', description: "the same as a path (default: m/44'/60'/0'/0/0)" },
    { flags: '--source-password-file <file>', description: 'read the password of the keystore that is imported there instead of asking' },
  ],
  examples: ['holdfast wallet import', 'holdfast wallet import keystore.json', 'holdfast wallet import words.txt --index 1'],
  run: async (call) => {
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const { bringWallet } = await import('../../../app/keys/wallet-source.js');
    const path = await pathOf(call);
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const { text, where } = await readSource(call);
    const { kind, key } = await bringWallet(text, where, { path, password: () => sourcePassword(call) });
    const account = await keystore.create('wallet', await call.prompt.newPassword('New password for the wallet'), key);
    return {
      text: [
        kind === 'mnemonic' ? `Your wallet is ${account}, at ${path} of the mnemonic.` : `Your wallet is ${account}.`,
        ...(kind === 'mnemonic' ? ['Its key is kept, the mnemonic is not: keep your paper.'] : []),
      ],
      json: { address: account, ...(kind === 'mnemonic' && { path }) },
    };
  },
};

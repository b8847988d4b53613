import type { Keystore } from '../../../app/keys/keystore.js';
import type { Mnemonic } from '../../../app/keys/mnemonic.js';
import { HoldfastError } from '../../../core/errors/holdfast-error.js';
import type { Call, CommandSpec } from '../../command.js';
import type { Prompt } from '../../prompt.js';

/** Words that are asked back. */
const ASKED = 3;
/** Times that a word may be given. */
const TRIES = 3;

const wordCount = (text: string): 12 | 24 => {
  const count = Number(text);
  if (count !== 12 && count !== 24) throw new RangeError('neither 12 nor 24');
  return count;
};

/** Asks three words back, one from each third. MNEMONIC_MISCOPIED. */
export const askBack = async (prompt: Pick<Prompt, 'secret'>, words: readonly string[], random: () => number): Promise<void> => {
  const third = words.length / ASKED;
  for (let part = 0; part < ASKED; part++) {
    const index = Math.floor(third * (part + random()));
    for (let tried = 1; (await prompt.secret(`Word ${index + 1}, from your paper`)).trim().toLowerCase() !== words[index]; tried++)
      if (tried === TRIES) throw new HoldfastError('MNEMONIC_MISCOPIED', { position: index + 1 });
  }
};

/** Shows the mnemonic on a screen of its own, and asks words back. */
const putOnPaper = async ({ prompt, options }: Call, { words }: Mnemonic): Promise<void> => {
  const { numberedWords } = await import('../../../app/keys/paper-backup.js');
  await prompt.reveal([
    'Write these words down, on paper, in their order. They are your wallet:',
    'whoever has them has your money and what you store; without them, nobody can restore it.',
    '',
    ...numberedWords(words),
  ]);
  if (!options.flag('skipCheck')) await askBack(prompt, words.split(' '), Math.random);
};

/** The password for a new wallet, which opens what keys there are already. */
const passwordFor = async ({ prompt }: Call, keystore: Keystore): Promise<string> => {
  const password = await prompt.newPassword('New password for the wallet');
  if (password === '') throw new HoldfastError('PASSWORD_EMPTY', {});
  await keystore.requireOpensAll(password);
  return password;
};

const backupLine = (isOnPaper: boolean): string =>
  isOnPaper
    ? 'Its words on paper bring it back, and with "holdfast recover" what you store.'
    : 'Nothing of it is on paper yet: "holdfast wallet backup" writes its words down, which bring it back on another machine.';

export const command: CommandSpec = {
  options: [
    {
      flags: '--words <count>',
      description: 'words of the mnemonic that the wallet is made of: 12 (default) or 24',
      choices: ['12', '24'],
    },
    { flags: '--skip-check', description: 'ask for no words back once the mnemonic was shown' },
    {
      flags: '--show-mnemonic',
      description: 'print the mnemonic with the answer, for a program; without this it is shown on a terminal alone',
    },
  ],
  examples: ['holdfast wallet new', 'holdfast wallet new --words 24', 'holdfast wallet new --home ./alice --password-file secret.txt'],
  run: async (call) => {
    const { options, prompt, terminal } = call;
    const words = options.parsed('words', '12 or 24', wordCount) ?? 12;
    const isShown = options.flag('showMnemonic');
    const { keystoreOf } = await import('../../../app/wallet-session.js');
    const { newMnemonic } = await import('../../../app/keys/mnemonic.js');
    const keystore = keystoreOf(await call.settings());
    await keystore.requireAbsent('wallet');
    const password = await passwordFor(call, keystore);
    const mnemonic = await newMnemonic(words);
    const isOnPaper = prompt.canReveal && !terminal.json && !isShown;
    if (isOnPaper) await putOnPaper(call, mnemonic);
    const account = await keystore.create('wallet', password, mnemonic);
    return {
      text: [`Your wallet is ${account}.`, ...(isShown ? [mnemonic.words] : []), backupLine(isOnPaper)],
      json: { address: account, ...(isShown && { mnemonic: mnemonic.words, path: mnemonic.path }) },
    };
  },
};

import { readFile } from 'node:fs/promises';
import { stderr, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { asError } from '../core/errors/coded.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';

/** Asks the person for what must not stand on the command line. */
export interface Prompt {
  /** Whether there is a terminal to ask on. */
  readonly interactive: boolean;
  /** Something that may be seen; what is typed, trimmed. */
  ask(question: string): Promise<string>;
  /** The password of the keystore: from the password file if there is one, else typed without echo. */
  password(question: string): Promise<string>;
  /** Something else that must not be seen, typed without echo. */
  secret(question: string): Promise<string>;
  /** A new password, typed twice. */
  newPassword(question: string): Promise<string>;
}

/** On standard error: standard output may be what a program reads. */
const typeHidden = async (question: string, signal: AbortSignal): Promise<string> => {
  if (!stdin.isTTY) throw new HoldfastError('PASSWORD_NEEDED', {});
  stderr.write(question);
  const mute = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const reader = createInterface({ input: stdin, output: mute, terminal: true });
  try {
    return await reader.question('', { signal });
  } finally {
    reader.close();
    stderr.write('\n');
  }
};

const typeVisibly = async (question: string, signal: AbortSignal): Promise<string> => {
  const reader = createInterface({ input: stdin, output: stdout });
  const closed = new AbortController();
  reader.once('close', () => {
    closed.abort(new HoldfastError('ABORTED', { what: 'the command' }));
  });
  try {
    return (await reader.question(question, { signal: AbortSignal.any([signal, closed.signal]) })).trim();
  } catch (error) {
    throw closed.signal.aborted ? closed.signal.reason : error;
  } finally {
    reader.close();
  }
};

const fromFile = async (path: string): Promise<string> => {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new HoldfastError('FILE_UNREADABLE', { path, reason: asError(cause).message }, { cause });
  });
  return text.replace(/\r?\n$/, '');
};

/** A prompt on standard input; with `passwordFile` nothing is asked. */
export const createPrompt = (options: { readonly passwordFile?: string | undefined; readonly signal: AbortSignal }): Prompt => {
  const { passwordFile, signal } = options;
  const password = async (question: string): Promise<string> =>
    passwordFile === undefined ? await typeHidden(`${question}: `, signal) : await fromFile(passwordFile);
  const newPassword = async (question: string): Promise<string> => {
    if (passwordFile !== undefined) return await fromFile(passwordFile);
    const first = await typeHidden(`${question}: `, signal);
    const second = await typeHidden('Once more: ', signal);
    if (first !== second) throw new HoldfastError('PASSWORD_MISTYPED', {});
    return first;
  };
  const secret = (question: string): Promise<string> => typeHidden(`${question}: `, signal);
  return { interactive: stdin.isTTY, ask: (question) => typeVisibly(`${question}: `, signal), password, secret, newPassword };
};

import { stderr, stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Unlocking } from '../app/wallet-session.js';
import { HoldfastError } from '../core/errors/holdfast-error.js';

/** Asks the person for what must not stand on the command line. */
export interface Prompt {
  /** Whether there is a terminal to ask on. */
  readonly interactive: boolean;
  /** Something that may be seen; what is typed, trimmed. */
  ask(question: string): Promise<string>;
  /** The password of the keystore: from the password file if there is one, else typed without echo. */
  password(question: string): Promise<string>;
  /** The same, for what asks the agent first: not where a password file says which password is meant. */
  unlocking(question: string): Unlocking;
  /** Something else that must not be seen, typed without echo. */
  secret(question: string): Promise<string>;
  /** A new password: from the password file if there is one, or from the one of `other`; else typed twice. */
  newPassword(question: string, other?: { readonly file: string | undefined }): Promise<string>;
  /** Whether there is a terminal to show it on: what is written to standard error may be kept in a file. */
  readonly canReveal: boolean;
  /** Shows what must not stay on the screen, on one of its own, until the person has typed Enter. Where `canReveal` says so only. */
  reveal(lines: readonly string[]): Promise<void>;
}

/** How a line is asked for. */
interface Asking {
  readonly output: Writable;
  /** Asked by what reads the line. */
  readonly question?: string;
  /** Whether the output is taken for a terminal. Default: what it says. */
  readonly terminal?: boolean;
  /** Called once what is typed is read, and no longer shown by the terminal itself. */
  readonly onReading?: () => void;
}

/** A line as it was typed; ABORTED if the input ends before, or Ctrl-C ends it. */
const typeLine = async ({ question = '', onReading, ...how }: Asking, signal: AbortSignal): Promise<string> => {
  const reader = createInterface({ input: stdin, ...how });
  const closed = new AbortController();
  reader.once('close', () => {
    closed.abort(new HoldfastError('ABORTED', { what: 'the command' }));
  });
  try {
    onReading?.();
    return await reader.question(question, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    throw closed.signal.aborted ? closed.signal.reason : error;
  } finally {
    reader.close();
  }
};

/** On standard error: standard output may be what a program reads. */
const typeHidden = async (question: string, signal: AbortSignal): Promise<string> => {
  const mute = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  try {
    return await typeLine({ output: mute, terminal: true, onReading: () => void stderr.write(question) }, signal);
  } finally {
    stderr.write('\n');
  }
};

const typeVisibly = async (question: string, signal: AbortSignal): Promise<string> =>
  (await typeLine({ output: stdout, question }, signal)).trim();

/** A second screen of the terminal, which keeps nothing once it is left. */
const SECOND_SCREEN = { enter: '\u001b[?1049h\u001b[H', leave: '\u001b[?1049l' } as const;

const showOnce = async (lines: readonly string[], signal: AbortSignal): Promise<void> => {
  stderr.write(`${SECOND_SCREEN.enter}${lines.join('\n')}\n\n`);
  try {
    await typeHidden('Enter goes on, and this is gone. ', signal);
  } finally {
    stderr.write(SECOND_SCREEN.leave);
  }
};

/** What a prompt is made of. */
export interface PromptOptions {
  readonly passwordFile?: string | undefined;
  /** Tells a person what is not as it should be. */
  readonly warn?: ((line: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** A prompt on standard input; with `passwordFile` no password is asked. */
export const createPrompt = ({ passwordFile, warn, signal }: PromptOptions): Prompt => {
  const fromFile = async (path: string): Promise<string> => {
    const { readPasswordFile } = await import('../app/keys/password-file.js');
    const { password, readableByOthers } = await readPasswordFile(path);
    if (readableByOthers) warn?.(`Other users of this machine may read ${path}: chmod 600 keeps it to you.`);
    return password;
  };
  const typePassword = (question: string): Promise<string> => {
    if (!stdin.isTTY) throw new HoldfastError('PASSWORD_NEEDED', {});
    return typeHidden(`${question}: `, signal);
  };
  const newPassword: Prompt['newPassword'] = async (question, { file } = { file: passwordFile }) => {
    if (file !== undefined) return await fromFile(file);
    const first = await typePassword(question);
    const second = await typePassword('Once more');
    if (first !== second) throw new HoldfastError('PASSWORD_MISTYPED', {});
    return first;
  };
  const password = async (question: string): Promise<string> =>
    passwordFile === undefined ? await typePassword(question) : await fromFile(passwordFile);
  return {
    interactive: stdin.isTTY,
    canReveal: stdin.isTTY && stderr.isTTY,
    ask: (question) => typeVisibly(`${question}: `, signal),
    password,
    unlocking: (question) => Object.assign(() => password(question), passwordFile === undefined ? { agent: true as const } : {}),
    secret: async (question) => {
      if (!stdin.isTTY) throw new HoldfastError('TERMINAL_NEEDED', { what: question });
      return await typeHidden(`${question}: `, signal);
    },
    newPassword,
    reveal: (lines) => showOnce(lines, signal),
  };
};

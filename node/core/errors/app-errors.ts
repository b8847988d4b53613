import { row } from './row.js';

/** Command line, settings, keystore, daemon. */
export const appErrors = {
  USAGE: row<{ detail: string }>((d) => `this command line is not understood: ${d.detail}`, 'Add --help to see how it is called.'),
  BAD_OPTION: row<{ option: string; value: string; expected: string }>(
    (d) => `${d.option} is "${d.value}", and should be ${d.expected}`,
    'Correct the value; --help shows an example.',
  ),
  OPTION_MISSING: row<{ option: string; expected: string }>(
    (d) => `${d.option} is missing: ${d.expected}`,
    'Add the option; --help shows an example.',
  ),
  CONFIG_INVALID: row<{ source: string; key: string; problem: string }>(
    (d) => `the setting ${d.key} from ${d.source} is not usable: ${d.problem}`,
    'Correct it there.',
  ),
  BOOK_MISSING: row<{ path: string }>(
    (d) => `no address book at ${d.path}`,
    'Name the file that the deployment wrote: --book, HOLDFAST_BOOK, or "book" in config.json.',
  ),
  BOOK_INVALID: row<{ path: string; problem: string }>(
    (d) => `${d.path} is not an address book: ${d.problem}`,
    'Take the file that the deployment wrote, unchanged.',
  ),
  RPC_MISSING: row<Record<never, never>>(
    () => 'no JSON-RPC address of a chain is set',
    'Give --rpc, HOLDFAST_RPC, or "rpc" in config.json.',
  ),
  FILE_UNREADABLE: row<{ path: string; reason: string }>(
    (d) => `${d.path} cannot be read: ${d.reason}`,
    'Check the path and its permissions.',
  ),
  PASSWORD_NEEDED: row<Record<never, never>>(
    () => 'the keystore needs its password, and there is no terminal to ask on',
    'Give --password-file.',
  ),
  PASSWORD_MISTYPED: row<Record<never, never>>(() => 'the two passwords differ', 'Run the command again.'),
  PASSWORD_EMPTY: row<Record<never, never>>(() => 'the password is empty', 'Choose one that is not.'),
  KEY_MISSING: row<{ role: string; folder: string }>(
    (d) => `there is no ${d.role} key in ${d.folder}`,
    'Make one with "holdfast wallet new" or "holdfast provider init", or name the right --home.',
  ),
  KEY_INVALID: row<Record<never, never>>(() => 'this is not a private key', 'A private key is 0x and 64 hex digits.'),
  KEY_EXISTS: row<{ role: string; path: string }>(
    (d) => `there is a ${d.role} key already, in ${d.path}`,
    'Use it, or name another --home; a key is never overwritten.',
  ),
  KEYSTORE_CORRUPT: row<{ path: string }>((d) => `${d.path} is not a usable key file`, 'Restore it from your backup.'),
  WRONG_PASSWORD: row<{ path: string }>((d) => `the password does not open ${d.path}`, 'Try again with the password it was made with.'),
} as const;

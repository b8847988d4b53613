import { row } from './row.js';

/** Keys, mnemonics, passwords. */
export const keyErrors = {
  PASSWORD_NEEDED: row<object>(() => 'the keystore needs its password, and there is no terminal to ask on', 'Give --password-file.'),
  PASSWORD_MISTYPED: row<object>(() => 'the two passwords differ', 'Run the command again.'),
  PASSWORD_EMPTY: row<object>(() => 'the password is empty', 'Choose one that is not.'),
  KEY_MISSING: row<{ role: string; folder: string }>(
    (d) => `there is no ${d.role} key in ${d.folder}`,
    'Make one with "holdfast wallet new" or "holdfast provider init", bring yours back with "holdfast wallet import", or name the right --home.',
  ),
  SESSION_MISSING: row<{ folder: string }>(
    (d) => `there are no keys of a session in ${d.folder}`,
    'Make them with "holdfast renter purse", or run it with the wallet: --wallet.',
  ),
  KEY_INVALID: row<object>(
    () => 'this is no private key, mnemonic or keystore',
    'A private key is 0x and 64 hex digits, a mnemonic 12 to 24 English words, a keystore a JSON file of version 3.',
  ),
  KEY_EXISTS: row<{ role: string; path: string }>(
    (d) => `there is a ${d.role} key already, in ${d.path}`,
    'Use it, or name another --home; a key is never overwritten.',
  ),
  KEYSTORE_CORRUPT: row<{ path: string }>((d) => `${d.path} is not a usable key file`, 'Restore it from your backup.'),
  KEY_OF_ANOTHER_ROLE: row<{ path: string; role: string; found: string }>(
    (d) => `${d.path} holds the ${d.found} key, and the ${d.role} key belongs there`,
    'Give each key file the name of its role: wallet.json, operator.json, peer.json.',
  ),
  MASTER_KEY_DIFFERS: row<{ path: string; renter: string; account: string }>(
    (d) =>
      d.renter === d.account
        ? `the wallet ${d.account} signs otherwise than when this home was first stored under: ${d.path} has the check value of another key`
        : `this home stores under the wallet ${d.renter}, and the wallet here is ${d.account}`,
    'Nothing was stored or changed. Bring the wallet of before back ("holdfast wallet import"), or use this one in a --home of its own.',
  ),
  MASTER_CHECK_CORRUPT: row<{ path: string }>(
    (d) => `${d.path} is not a usable check value of a wallet`,
    'Delete it if you are sure that the wallet is the right one: it is made anew.',
  ),
  WRONG_PASSWORD: row<{ path: string }>((d) => `the password does not open ${d.path}`, 'Try again with the password it was made with.'),
  PASSWORD_FILE_REFUSED: row<{ path: string; problem: string }>(
    (d) => `${d.path} is not usable as a password file: ${d.problem}`,
    'A password file holds the password on its only line, as UTF-8 text.',
  ),
  TERMINAL_NEEDED: row<{ what: string }>(
    (d) => `this is asked for on a terminal, and there is none: ${d.what}`,
    'Give it in a file, or on standard input where the command takes "-"; --help says how.',
  ),
  MNEMONIC_WORD_UNKNOWN: row<{ position: number; word: string; nearest: readonly string[] }>(
    (d) => `word ${d.position}, "${d.word}", is not in the list of words; near it: ${d.nearest.join(', ')}`,
    'Correct that word; the words are English (BIP-39).',
  ),
  MNEMONIC_INVALID: row<{ problem: string }>((d) => `this is not a mnemonic: ${d.problem}`, 'Compare it with your paper, word by word.'),
  MNEMONIC_MISCOPIED: row<{ position: number }>(
    (d) => `word ${d.position} is another one, three times`,
    'No wallet was made. Run the command again and write all words down; --skip-check asks for none.',
  ),
  MNEMONIC_NOT_KEPT: row<{ path: string }>(
    (d) => `${d.path} has no mnemonic: it was imported, or made by an earlier version`,
    'Back up the key itself: "holdfast wallet backup" writes it out.',
  ),
  KEY_ON_COMMAND_LINE: row<object>(
    () => 'a key or mnemonic was typed on the command line, where the history of the shell keeps it',
    'Clear it from the history. Give a file, "-" for standard input, or nothing, to be asked without echo.',
  ),
  AGENT_UNSAFE: row<{ folder: string; problem: string }>(
    (d) => `no key can be held unlocked for ${d.folder}: ${d.problem}`,
    'Make it a folder of your own that nobody else may enter (chmod 700), with a short path; --home names another.',
  ),
  AGENT_FAILED: row<{ reason: string }>(
    (d) => `the process that was to hold the key did not start: ${d.reason}`,
    'Nothing is unlocked: run the command again, or give the password each time.',
  ),
  KEYS_IN_USE: row<{ folder: string; pid: number }>(
    (d) => `process ${d.pid} is changing the keys in ${d.folder}`,
    'Run the command again once it is done.',
  ),
} as const;

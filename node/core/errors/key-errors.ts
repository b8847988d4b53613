import { row } from './row.js';

/** Keys, mnemonics, passwords. */
export const keyErrors = {
  PASSWORD_NEEDED: row<object>(() => 'the keystore needs its password, and there is no terminal to ask on', 'Give --password-file.'),
  PASSWORD_MISTYPED: row<object>(() => 'the two passwords differ', 'Run the command again.'),
  PASSWORD_EMPTY: row<object>(() => 'the password is empty', 'Choose one that is not.'),
  KEY_MISSING: row<{ role: string; folder: string }>(
    (d) => `there is no ${d.role} key in ${d.folder}`,
    'Make one with "holdfast wallet new" or "holdfast provider init", or name the right --home.',
  ),
  SESSION_MISSING: row<{ folder: string }>(
    (d) => `there are no keys of a session in ${d.folder}`,
    'Make them with "holdfast renter purse", or run it with the wallet: --wallet.',
  ),
  KEY_INVALID: row<object>(() => 'this is not a private key', 'A private key is 0x and 64 hex digits.'),
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
} as const;

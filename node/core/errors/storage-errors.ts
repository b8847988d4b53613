import { row } from './row.js';

/** Stores, journals and catalogues on disk. */
export const storageErrors = {
  STORE_MISSING: row<{ path: string; kind: string }>(
    (d) => `there is no ${d.kind} store at ${d.path}`,
    'Check the path and that its disk is mounted. Is it gone for good, "holdfast provider init" makes an empty one; run "holdfast provider check --repair" before the daemon.',
  ),
  STORE_EXISTS: row<{ path: string }>(
    (d) => `${d.path} exists and is not empty`,
    'Choose another directory, or open the store that is there.',
  ),
  STORE_FOREIGN: row<{ path: string; field: string; expected: string; found: string }>(
    (d) => `the store at ${d.path} belongs elsewhere: its ${d.field} is ${d.found}, not ${d.expected}`,
    'Point to the store of this network, or set up a new one in another directory.',
  ),
  STORE_OUTDATED: row<{ path: string; kind: string; found: number; oldest: number }>(
    (d) => `the ${d.kind} at ${d.path} is of version ${d.found}, and none before version ${d.oldest} is read any more`,
    'Get your files out with the release that made it, move it away, and put them again with this one.',
  ),
  STORE_NEWER: row<{ path: string; kind: string; found: number; newest: number }>(
    (d) => `the ${d.kind} at ${d.path} is of version ${d.found}, and this program knows none after version ${d.newest}`,
    'A newer release of Holdfast wrote it: use that one, or a later one. Nothing was changed.',
  ),
  STORE_CORRUPT: row<{ path: string; detail: string }>(
    (d) => `the store at ${d.path} is damaged: ${d.detail}`,
    'Restore it from a copy, or look at the disk. Nothing was changed.',
  ),
  STORE_LOCKED: row<{ path: string; pid?: number }>(
    (d) => `the store at ${d.path} is in use by ${d.pid === undefined ? 'another process' : `process ${d.pid}`}`,
    'A command or a daemon of yours uses it: wait until it has ended, or stop it.',
  ),
  STORE_FULL: row<{ capacity: number; used: number; needed: number }>(
    (d) => `the store holds ${d.used} of its ${d.capacity} bytes and has no room for ${d.needed} more`,
    'Raise the capacity, or wait for deals to end.',
  ),
  STORE_FAILED: row<{ path: string; detail: string }>(
    (d) => `the disk did not do what was asked at ${d.path}: ${d.detail}`,
    'Look at the disk and the permissions.',
  ),
  STORE_CLOSED: row<{ path: string }>((d) => `the store at ${d.path} is closed`, 'Open it again.'),
  DISK_FULL: row<{ path: string }>(
    (d) => `no space is left on the disk of ${d.path}`,
    'Free some space; nothing was kept of what did not fit.',
  ),
  DISK_LOW: row<{ free: number; floor: number }>(
    (d) => `${d.free} bytes are left on the disk, and ${d.floor} are kept for the journal and for proofs`,
    'Choose another provider. Its operator frees some space, or lowers "provider.capacityBytes".',
  ),
  SECTOR_MISSING: row<{ root: string }>((d) => `sector ${d.root} is not in the store`, 'Repair the object that it belongs to.'),
  SECTOR_CORRUPT: row<{ root: string; expected: number; found: number }>(
    (d) => `sector ${d.root} has ${d.found} bytes in the store, not ${d.expected}`,
    'Repair the object that it belongs to, and look at the disk.',
  ),
  SECTOR_CONFLICT: row<{ root: string; kept: number; offered: number }>(
    (d) => `sector ${d.root} is known with ${d.kept} leaves and was offered with ${d.offered}`,
    'One root stands for one length: send the sector as it is known.',
  ),
  REVISION_CONFLICT: row<{ deal: string; number: string; newest: string }>(
    (d) => `revision ${d.number} of deal ${d.deal} was signed with other content, or after it revision ${d.newest}`,
    'Ask for the newest revision and go on from there.',
  ),
} as const;

import { statSync } from 'node:fs';
import type { FolderIdentity } from '../../app/files/walk-folder.js';
import type { Comparing } from '../../app/files/is-same-file.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { parseParameter, wordOf, type Call } from '../command.js';

/** What is synchronized with what, and how. */
export interface SyncRequest {
  /** Path of the folder of files. */
  readonly root: string;
  /** Folder of names, without a slash at its end. */
  readonly folder: string;
  readonly comparing: Comparing;
  readonly remove: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
}

const folderName = (text: string): string => {
  const name = text.replace(/\/+$/, '');
  if (name === '') throw new TypeError('empty');
  return name;
};

export const syncRequest = (call: Call): SyncRequest => {
  const { options } = call;
  if (options.flag('force') && !options.flag('down'))
    throw new HoldfastError('USAGE', { detail: '--force goes with --down: going up, what was stored before stays as a former version' });
  return {
    root: wordOf(call, 0),
    folder: parseParameter('<name>', wordOf(call, 1), 'a folder of names', folderName),
    comparing: options.flag('checksum') ? 'content' : 'times',
    remove: options.flag('delete'),
    force: options.flag('force'),
    dryRun: options.flag('dryRun'),
  };
};

/** Holdfast's own folder, which neither way of synchronizing touches; undefined where there is none. */
export const ownFolder = async (call: Call): Promise<FolderIdentity | undefined> =>
  statSync((await call.settings()).home, { throwIfNoEntry: false });

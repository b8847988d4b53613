import { basename, dirname } from 'node:path';
import type { Change, Files, RowOperation } from './trace.js';

/** What was written to a file since its last fsync. */
export type Pending = { readonly at: number; readonly bytes: Buffer } | { readonly size: number };

export interface FileNode {
  readonly kind: 'file';
  content: Buffer;
  durable: Buffer;
  pending: Pending[];
}

export interface FolderNode {
  readonly kind: 'folder';
  readonly entries: Map<string, DiskNode>;
  durable: Map<string, DiskNode>;
}

/** A folder of LevelDB's. */
export interface RowsNode {
  readonly kind: 'rows';
  files: Files;
  synced: Files;
  /** Whether a batch was left out: those after it are written anew, to `files`. */
  isRedone: boolean;
  again: readonly (readonly RowOperation[])[];
  syncedAgain: number;
}

export type DiskNode = FileNode | FolderNode | RowsNode;

/** A disk of which the model knows what survives power loss. */
export interface DiskState {
  readonly root: FolderNode;
  readonly path: string;
  readonly handles: Map<number, FileNode>;
}

/** What lies in a folder: bytes of a file, another folder, or LevelDB's files with rows that were written after them. */
export type Tree = ReadonlyMap<string, Item>;
export type Item = Buffer | Tree | { readonly files: Files; readonly again: readonly (readonly RowOperation[])[] };

const emptyFolder = (): FolderNode => ({ kind: 'folder', entries: new Map(), durable: new Map() });

const nodeOf = (value: Item): DiskNode => {
  if (Buffer.isBuffer(value)) return { kind: 'file', content: value, durable: value, pending: [] };
  if ('files' in value) return { kind: 'rows', files: value.files, synced: value.files, isRedone: false, again: [], syncedAgain: 0 };
  const nodes = [...value].map(([name, inside]) => [name, nodeOf(inside)] as const);
  return { kind: 'folder', entries: new Map(nodes), durable: new Map(nodes) };
};

/** A disk with `tree` at `path`, all of it durable. */
export const diskOf = (path: string, tree: Tree): DiskState => ({ root: nodeOf(tree) as FolderNode, path, handles: new Map() });

const find = (disk: DiskState, path: string): DiskNode | undefined => {
  if (path === disk.path) return disk.root;
  const parent = find(disk, dirname(path));
  return parent?.kind === 'folder' ? parent.entries.get(basename(path)) : undefined;
};
const folderOf = (disk: DiskState, path: string): FolderNode | undefined => {
  const found = find(disk, dirname(path));
  return found?.kind === 'folder' ? found : undefined;
};

/** `content` with one change more. */
export const written = (content: Buffer, pending: Pending): Buffer => {
  if ('size' in pending)
    return Buffer.concat([content.subarray(0, pending.size), Buffer.alloc(Math.max(0, pending.size - content.length))]);
  const grown = Buffer.concat([content, Buffer.alloc(Math.max(0, pending.at + pending.bytes.length - content.length))]);
  pending.bytes.copy(grown, pending.at);
  return grown;
};

const change = (file: FileNode | undefined, pending: Pending): void => {
  if (file === undefined) return;
  file.content = written(file.content, pending);
  file.pending.push(pending);
};

const open = (disk: DiskState, { handle, path, truncate }: Extract<Change, { kind: 'open' }>): void => {
  const folder = folderOf(disk, path);
  if (folder === undefined) return;
  const there = folder.entries.get(basename(path));
  const file: FileNode = there?.kind === 'file' ? there : { kind: 'file', content: Buffer.alloc(0), durable: Buffer.alloc(0), pending: [] };
  folder.entries.set(basename(path), file);
  disk.handles.set(handle, file);
  if (truncate && file.content.length > 0) change(file, { size: 0 });
};

const putRows = (disk: DiskState, path: string, files: Files): void => {
  const there = find(disk, path);
  // A restart after a batch that was left out is a matter of its own.
  if (there?.kind === 'rows' && there.isRedone) return;
  const fresh = { files, synced: files, isRedone: false, again: [], syncedAgain: 0 };
  if (there?.kind === 'rows') Object.assign(there, fresh);
  else folderOf(disk, path)?.entries.set(basename(path), { kind: 'rows', ...fresh });
};

/** Does what a step does. What is not there any more, since another step was left out, is passed over. */
export const apply = (disk: DiskState, one: Change): void => {
  switch (one.kind) {
    case 'open':
      return open(disk, one);
    case 'write':
      return change(disk.handles.get(one.handle), { at: one.at, bytes: one.bytes });
    case 'truncate':
      return change(disk.handles.get(one.handle), { size: one.size });
    case 'fsync': {
      const file = disk.handles.get(one.handle);
      if (file !== undefined) Object.assign(file, { durable: file.content, pending: [] });
      return;
    }
    case 'mkdir':
      return void folderOf(disk, one.path)?.entries.set(basename(one.path), emptyFolder());
    case 'rename':
    case 'link': {
      const node = find(disk, one.path);
      const target = folderOf(disk, one.to);
      if (node === undefined || target === undefined) return;
      if (one.kind === 'rename') folderOf(disk, one.path)?.entries.delete(basename(one.path));
      return void target.entries.set(basename(one.to), node);
    }
    case 'remove':
      return void folderOf(disk, one.path)?.entries.delete(basename(one.path));
    case 'fsync of the directory': {
      const folder = find(disk, one.path);
      if (folder?.kind === 'folder') folder.durable = new Map(folder.entries);
      return;
    }
    case 'rows':
      return putRows(disk, one.path, one.files);
    case 'batch': {
      const node = find(disk, one.path);
      if (node?.kind !== 'rows') return;
      if (node.isRedone) node.again = [...node.again, one.rows];
      else node.files = one.files;
      return;
    }
    case 'fsync of the batch': {
      const node = find(disk, one.path);
      if (node?.kind === 'rows') Object.assign(node, { synced: node.files, syncedAgain: node.again.length });
      return;
    }
    case 'signature':
    case 'hand-over':
  }
};

/** Leaves a step out: only for LevelDB's files, which hold what came before them, there is something to note. */
export const leaveOut = (disk: DiskState, one: Change): void => {
  const node = one.kind === 'batch' ? find(disk, one.path) : undefined;
  if (node?.kind === 'rows') node.isRedone = true;
};

import { written, type DiskNode, type FileNode, type FolderNode, type Item, type Pending, type RowsNode, type Tree } from './disk-state.js';
import type { Files, RowOperation } from './trace.js';

/** How power may be lost: which of the changes that no fsync covers are there afterwards. */
export const losses = [
  'all kept',
  'all lost',
  'names without content',
  'content without names',
  'zeros for content',
  'last write torn',
  'later before earlier',
] as const;
export type Loss = (typeof losses)[number];

const torn = (pending: Pending): Pending =>
  'size' in pending ? pending : { ...pending, bytes: pending.bytes.subarray(0, pending.bytes.length >> 1) };
const zeroed = (pending: Pending): Pending => ('size' in pending ? pending : { ...pending, bytes: Buffer.alloc(pending.bytes.length) });

const contentAfter = ({ content, durable, pending }: FileNode, loss: Loss): Buffer => {
  const from = (list: readonly Pending[]): Buffer => list.reduce(written, durable);
  switch (loss) {
    case 'all kept':
    case 'content without names':
      return content;
    case 'all lost':
    case 'names without content':
      return durable;
    case 'zeros for content':
      return from(pending.map(zeroed));
    case 'last write torn':
      return from(pending.map((one, index) => (index === pending.length - 1 ? torn(one) : one)));
    case 'later before earlier':
      return from(pending.map((one, index) => (index === 0 && pending.length > 1 ? zeroed(one) : one)));
  }
};

/** What LevelDB's log may hold: what was synced, and of what came after it all, nothing, a part, or zeros. */
const logAfter = (synced: Buffer, now: Buffer, loss: Loss): Buffer => {
  const tail = now.subarray(synced.length);
  const half = tail.length >> 1;
  const zeros = (from: number, to: number): Buffer =>
    Buffer.concat([synced, tail.subarray(0, from), Buffer.alloc(to - from), tail.subarray(to)]);
  switch (loss) {
    case 'all kept':
    case 'content without names':
      return now;
    case 'all lost':
    case 'names without content':
      return synced;
    case 'zeros for content':
      return zeros(0, tail.length);
    case 'last write torn':
      return now.subarray(0, synced.length + half);
    case 'later before earlier':
      return zeros(0, half);
  }
};

const rowsAfter = (
  { files, synced, again, syncedAgain }: RowsNode,
  loss: Loss,
): { files: Files; again: readonly (readonly RowOperation[])[] } => {
  const isKept = loss === 'all kept' || loss === 'content without names';
  if (again.length > syncedAgain && !isKept) return { files: synced, again: again.slice(0, syncedAgain) };
  return { files: new Map([...files].map(([name, now]) => [name, logAfter(synced.get(name) ?? Buffer.alloc(0), now, loss)])), again };
};

/** What is on the disk after power was lost in such a way. */
export const treeAfter = (folder: FolderNode, loss: Loss): Tree => {
  const names = loss === 'all lost' || loss === 'content without names' ? folder.durable : folder.entries;
  const after = (node: DiskNode): Item =>
    node.kind === 'file' ? contentAfter(node, loss) : node.kind === 'folder' ? treeAfter(node, loss) : rowsAfter(node, loss);
  return new Map([...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, node]) => [name, after(node)]));
};

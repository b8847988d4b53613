import { createByteReader, createByteWriter, type ByteReader, type ByteWriter } from '../../core/data/byte-fields.js';
import { leaves } from '../../core/units.js';
import type { CratePart, ObjectRecord } from '../../ports/catalogue.js';
import type { PackedSlab, PageEntry } from './page-entries.js';
import { createShardReader, createShardWriter, readHash } from './shard-fields.js';

/*
 * The plaintext of a page: version (1), then entries up to its end. Each: kind (1), number of the change (6), id (16), and what the functions below
 * write, and of shards `shard-fields.ts`.
 */

/** Of the plaintext of pages. */
export const PAGE_VERSION = 1;
const KINDS = ['object', 'crate', 'slab', 'deleted'] as const;
const FLAGS = { stored: 1, sha256: 2, origin: 4, packed: 8 } as const;

const writePacked = (writer: ByteWriter, { length, sha256, within }: PackedSlab): void => {
  writer.uint(length, 4);
  writer.hex(sha256.slice(2));
  writer.hex(within.crate);
  writer.uint(within.slab, 4);
  writer.uint(within.from, 4);
};

const readPacked = (reader: ByteReader): PackedSlab => {
  const [length, sha256] = [reader.uint(4), readHash(reader)];
  return { length, sha256, within: { crate: reader.hex(16), slab: reader.uint(4), from: leaves(reader.uint(4)) } };
};

/** Of a small object the plaintext's SHA-256 is that of its slab, written once. */
const writeObject = (writer: ByteWriter, object: ObjectRecord, packed: PackedSlab | undefined): void => {
  const { name, bytes, storedAt, slabs, k, n, state, sha256, origin } = object;
  const own = sha256 !== undefined && sha256 !== packed?.sha256;
  const flags = [
    state === 'stored' ? FLAGS.stored : 0,
    own ? FLAGS.sha256 : 0,
    origin === undefined ? 0 : FLAGS.origin,
    packed ? FLAGS.packed : 0,
  ];
  writer.uint(
    flags.reduce((sum, flag) => sum + flag, 0),
    1,
  );
  writer.uint(bytes, 6);
  writer.uint(Math.floor(storedAt), 6);
  writer.uint(slabs, 4);
  writer.uint(k, 1);
  writer.uint(n, 1);
  writer.text(name);
  if (own) writer.hex(sha256.slice(2));
  if (origin !== undefined) writer.text(origin);
  if (packed) writePacked(writer, packed);
};

const readObject = (reader: ByteReader, id: string): { readonly object: ObjectRecord; readonly packed: PackedSlab | undefined } => {
  const flags = reader.uint(1);
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const [bytes, storedAt, slabs, k, n] = [reader.uint(6), reader.uint(6), reader.uint(4), reader.uint(1), reader.uint(1)];
  const facts = { id, name: reader.text(), bytes, storedAt, slabs, k, n };
  const own = has(FLAGS.sha256) ? readHash(reader) : undefined;
  const origin = has(FLAGS.origin) ? { origin: reader.text() } : {};
  const packed = has(FLAGS.packed) ? readPacked(reader) : undefined;
  const sha256 = own ?? packed?.sha256;
  if (!has(FLAGS.stored)) return { object: { ...facts, ...origin, state: 'placing', ...(sha256 && { sha256 }) }, packed };
  if (sha256 === undefined) throw new RangeError('what is stored has a hash');
  return { object: { ...facts, ...origin, state: 'stored', sha256 }, packed };
};

const writeParts = (writer: ByteWriter, parts: readonly CratePart[]): void => {
  writer.uint(parts.length, 2);
  for (const { from, object, length } of parts) {
    writer.uint(from, 4);
    writer.hex(object);
    writer.uint(length, 4);
  }
};

const readParts = (reader: ByteReader): CratePart[] =>
  Array.from({ length: reader.uint(2) }, () => ({ from: leaves(reader.uint(4)), object: reader.hex(16), length: reader.uint(4) }));

/** Entries one after the other, as bytes. */
export interface PageWriter {
  /** Bytes so far. */
  readonly length: number;
  write(entry: PageEntry): void;
  bytes(): Uint8Array;
}

export const createPageWriter = (): PageWriter => {
  const writer = createByteWriter();
  writer.uint(PAGE_VERSION, 1);
  const writeShard = createShardWriter(writer);
  const writeBody = (entry: PageEntry): void => {
    switch (entry.kind) {
      case 'object':
        writer.hex(entry.object.id);
        return writeObject(writer, entry.object, entry.packed);
      case 'crate': {
        const { id, name, storedAt, k, n, slabs } = entry.crate;
        writer.hex(id);
        writer.text(name);
        writer.uint(Math.floor(storedAt), 6);
        writer.uint(k, 1);
        writer.uint(n, 1);
        return writer.uint(slabs, 4);
      }
      case 'slab': {
        const { length, sha256, shards } = entry.slab;
        writer.hex(entry.owner);
        writer.uint(entry.index, 4);
        writer.uint(length, 4);
        writer.hex(sha256.slice(2));
        writer.uint(shards.length, 1);
        for (const one of shards) writeShard(one);
        return writeParts(writer, entry.parts);
      }
      case 'deleted':
        return writer.hex(entry.owner);
    }
  };
  return {
    get length() {
      return writer.length;
    },
    write: (entry) => {
      writer.uint(KINDS.indexOf(entry.kind), 1);
      writer.uint(entry.number, 6);
      writeBody(entry);
    },
    bytes: () => writer.bytes(),
  };
};

/** What a page says; the version where a newer program wrote it. RangeError or TypeError for what is none. */
export const readPage = (bytes: Uint8Array): { readonly entries: readonly PageEntry[] } | { readonly newer: number } => {
  const reader = createByteReader(bytes);
  const version = reader.uint(1);
  if (version > PAGE_VERSION) return { newer: version };
  if (version !== PAGE_VERSION) throw new RangeError('it is no page');
  const readShard = createShardReader(reader);
  const readEntry = (): PageEntry => {
    const [kind, number, id] = [KINDS[reader.uint(1)], reader.uint(6), reader.hex(16)];
    if (kind === undefined) throw new RangeError('it has an entry of no kind');
    switch (kind) {
      case 'object':
        return { kind, number, ...readObject(reader, id) };
      case 'crate': {
        const [name, storedAt, k, n, slabs] = [reader.text(), reader.uint(6), reader.uint(1), reader.uint(1), reader.uint(4)];
        return { kind, number, crate: { state: 'crate', id, name, storedAt, k, n, slabs } };
      }
      case 'slab': {
        const [index, length, sha256] = [reader.uint(4), reader.uint(4), readHash(reader)];
        const shards = Array.from({ length: reader.uint(1) }, readShard);
        return { kind, number, owner: id, index, slab: { length, sha256, shards }, parts: readParts(reader) };
      }
      case 'deleted':
        return { kind, number, owner: id };
    }
  };
  const entries: PageEntry[] = [];
  while (reader.left > 0) entries.push(readEntry());
  return { entries };
};

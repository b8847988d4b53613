import { sha256 } from '@noble/hashes/sha2.js';
import { createByteReader, createByteWriter, type ByteWriter } from './byte-fields.js';
import { concatBytes, equalBytes, toHex } from './bytes.js';
import { createShardCipher, pageHeadKey } from './cipher.js';
import type { SectorRef } from './data-set.js';
import { hash, LEAF_BYTES, leaves, SECTOR_LEAVES, type DealId, type Hash } from '../units.js';

/*
 * A page holds changes of a catalogue, coded k of n; each of its shards lies in a sector of a deal, behind a head. The sector: id of the page
 * (16 bytes, random, in the clear), then, encrypted under a key of this page's head in this deal: magic (4), version (1), bytes of the head, which are whole leaves
 * (4), machine (16), from and to (6 each), k, n and index (1 each), bytes of the page (4), its SHA-256 (32), the sector before, root (32) and leaves (3) or zeros, number of earlier shards (2), each of
 * which has page (16), machine (16), from and to (6 each), k, n and index (1 each), root (32) and leaves (3); then the first 16 bytes of the SHA-256 of all that, and zeros
 * up to the end of the head. Then the shard, under the key of the page.
 */

const MAGIC = 'HFPG';
const VERSION = 1;
const ID_BYTES = 16;
/** Magic, version and length of a head. */
const FIRST_BYTES = 9;
const SECTOR_REF_BYTES = 32 + 3;
const FIXED_BYTES = FIRST_BYTES + 16 + 6 + 6 + 3 + 4 + 32 + SECTOR_REF_BYTES + 2;
const EARLIER_BYTES = 16 + 16 + 6 + 6 + 3 + SECTOR_REF_BYTES;
const CHECK_BYTES = 16;

/** Earlier shards that a head names; those before are named by the head of the oldest of these. */
export const MOST_EARLIER = 256;

/** Which changes of which catalogue a page has. */
export interface PageSpan {
  /** 16 random bytes as hex. */
  readonly page: string;
  /** 16 random bytes as hex: the catalogue whose numbers these are. */
  readonly machine: string;
  /** It has what changed after this number… */
  readonly from: number;
  /** …up to this one. */
  readonly to: number;
}

/** One shard of a page. */
export interface PageShard extends PageSpan {
  readonly k: number;
  readonly n: number;
  /** In the code, 0 … n−1. */
  readonly index: number;
}

/** A shard of a page where it lies. */
export interface PlacedPageShard extends PageShard {
  readonly sector: SectorRef;
}

export interface PageHead extends PageShard {
  /** Plaintext bytes of the page. */
  readonly length: number;
  /** SHA-256 of them. */
  readonly sha256: Hash;
  /** The last sector of the deal before, where another catalogue has put it there: it may lead to pages that this one does not know. */
  readonly previous?: SectorRef | undefined;
  /** Shards of other pages that lie in the same deal and still count, the newest last. */
  readonly earlier: readonly PlacedPageShard[];
}

const writeShard = (writer: ByteWriter, { machine, from, to, k, n, index }: PageShard): void => {
  writer.hex(machine);
  writer.uint(from, 6);
  writer.uint(to, 6);
  for (const value of [k, n, index]) writer.uint(value, 1);
};

const writeSector = (writer: ByteWriter, { root, leaves: count }: SectorRef): void => {
  writer.hex(root.slice(2));
  writer.uint(count, 3);
};

/** Undefined for one without leaves. */
const readSector = (reader: ReturnType<typeof createByteReader>): SectorRef | undefined => {
  const [root, count] = [hash(toHex(reader.raw(32))), reader.uint(3)];
  if (count > SECTOR_LEAVES) throw new RangeError('it is no sector');
  return count === 0 ? undefined : { root, leaves: leaves(count) };
};

const readShard = (reader: ReturnType<typeof createByteReader>, page: string): PageShard => {
  const [machine, from, to] = [reader.hex(16), reader.uint(6), reader.uint(6)];
  const [k, n, index] = [reader.uint(1), reader.uint(1), reader.uint(1)];
  if (k < 1 || k > n || index >= n || from > to) throw new RangeError('it is no shard of a page');
  return { page, machine, from, to, k, n, index };
};

/** Bytes of a head that names so many earlier shards: whole leaves. */
export const pageHeadBytes = (earlier: number): number =>
  Math.ceil((ID_BYTES + FIXED_BYTES + earlier * EARLIER_BYTES + CHECK_BYTES) / LEAF_BYTES) * LEAF_BYTES;

/** A head as it lies in `deal`. RangeError for more earlier shards than it can name. */
export const sealPageHead = async (master: Uint8Array, deal: DealId, head: PageHead): Promise<Uint8Array> => {
  const { page, length, sha256: digest, previous, earlier } = head;
  if (earlier.length > MOST_EARLIER) throw new RangeError(`a head names ${MOST_EARLIER} shards at most, not ${earlier.length}`);
  const writer = createByteWriter();
  writer.raw(new TextEncoder().encode(MAGIC));
  writer.uint(VERSION, 1);
  writer.uint(pageHeadBytes(earlier.length), 4);
  writeShard(writer, head);
  writer.uint(length, 4);
  writer.hex(digest.slice(2));
  if (previous) writeSector(writer, previous);
  else writer.raw(new Uint8Array(SECTOR_REF_BYTES));
  writer.uint(earlier.length, 2);
  for (const one of earlier) {
    writer.hex(one.page);
    writeShard(writer, one);
    writeSector(writer, one.sector);
  }
  writer.raw(sha256(writer.bytes()).subarray(0, CHECK_BYTES));
  const bytes = new Uint8Array(pageHeadBytes(earlier.length) - ID_BYTES);
  bytes.set(writer.bytes());
  await createShardCipher(pageHeadKey(master, page, deal))(bytes);
  const clear = createByteWriter();
  clear.hex(page);
  return concatBytes(clear.bytes(), bytes);
};

/** What the beginning of a sector says of itself. */
export type OpenedHead =
  | { readonly kind: 'page'; readonly head: PageHead; readonly bytes: number }
  /** It goes on: so many bytes of the sector are needed. */
  | { readonly kind: 'longer'; readonly bytes: number }
  /** Of a program that is newer than this one. */
  | { readonly kind: 'newer'; readonly version: number }
  /** Something else, or under another master key. */
  | { readonly kind: 'none' };

const readHead = (bytes: Uint8Array, page: string): PageHead | undefined => {
  const reader = createByteReader(bytes);
  reader.raw(FIRST_BYTES);
  const shard = readShard(reader, page);
  const [length, digest, previous, count] = [reader.uint(4), hash(toHex(reader.raw(32))), readSector(reader), reader.uint(2)];
  const earlier = Array.from({ length: count }, (): PlacedPageShard => {
    const one = readShard(reader, reader.hex(16));
    const sector = readSector(reader);
    if (!sector) throw new RangeError('it is no sector');
    return { ...one, sector };
  });
  const said = bytes.subarray(0, bytes.length - reader.left);
  if (!equalBytes(reader.raw(CHECK_BYTES), sha256(said).subarray(0, CHECK_BYTES))) return undefined;
  return { ...shard, length, sha256: digest, ...(previous && { previous }), earlier };
};

/** Reads the head of a sector of `deal` from the sector's first bytes, whole leaves. Whatever they are, it throws nothing. */
export const openPageHead = async (master: Uint8Array, deal: DealId, sector: Uint8Array): Promise<OpenedHead> => {
  if (sector.length < ID_BYTES + FIRST_BYTES) return { kind: 'none' };
  const page = toHex(sector.subarray(0, ID_BYTES)).slice(2);
  const bytes = sector.slice(ID_BYTES);
  await createShardCipher(pageHeadKey(master, page, deal))(bytes);
  const first = createByteReader(bytes);
  if (new TextDecoder().decode(first.raw(MAGIC.length)) !== MAGIC) return { kind: 'none' };
  const [version, length] = [first.uint(1), first.uint(4)];
  if (version > VERSION) return { kind: 'newer', version };
  if (version !== VERSION || length > pageHeadBytes(MOST_EARLIER)) return { kind: 'none' };
  if (length > sector.length) return { kind: 'longer', bytes: length };
  try {
    const head = readHead(bytes.subarray(0, length - ID_BYTES), page);
    return head ? { kind: 'page', head, bytes: length } : { kind: 'none' };
  } catch (error) {
    if (error instanceof RangeError) return { kind: 'none' };
    throw error;
  }
};

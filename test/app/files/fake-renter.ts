import { createHash } from 'node:crypto';
import { address, hash, leaves, period, wei, type Hash } from '../../../node/core/units.js';
import type { ObjectRecord, StoredObject } from '../../../node/ports/catalogue.js';
import type { ByteSource } from '../../../node/ports/world.js';
import type { Quote } from '../../../node/renter/homes/quote.js';
import type { Renter } from '../../../node/renter/renter.js';
import type { SmallFile } from '../../../node/renter/upload/fill-crates.js';
import type { PutInCratesOptions } from '../../../node/renter/upload/put-in-crates.js';
import type { PutOptions } from '../../../node/renter/upload/put.js';
import { HoldfastError } from '../../../node/core/errors/holdfast-error.js';

const readAll = async (source: ByteSource): Promise<Buffer> => {
  const parts: Uint8Array[] = [];
  for (let at = 0; ;) {
    const part = await source.read(at, 1_000);
    parts.push(part);
    at += part.length;
    source.forget?.(at);
    if (part.length < 1_000) return Buffer.concat(parts);
  }
};

/** What {@link createFakeRenter} asks for each byte of a file and of its room, token wei. */
export const PRICE = 3n;

/** A quote for so many bytes, of which `paid` are paid for now. */
export const quoteOf = (bytes: number, paid: number, k: number, n: number): Quote => {
  const escrow = wei(BigInt(paid) * PRICE);
  const part = {
    provider: address(`0x${'1'.repeat(40)}`),
    price: wei(1n),
    egressPrice: wei(0n),
    end: period(9),
    escrow,
    maxLeaves: leaves(1),
    maxEgress: wei(0n),
  };
  const zero = wei(0n);
  const quote: Quote = {
    bytes,
    k,
    n,
    leaves: leaves(1),
    maxLeaves: leaves(1),
    parts: [part],
    pricePerGibMonth: wei(1n),
    filePricePerGibMonth: wei(1n),
    total: wei(BigInt(bytes) * PRICE),
    readOnce: zero,
    escrow,
    laterEscrow: zero,
    now: period(1),
    periodMilliseconds: 86_400_000,
    maxEgress: zero,
  };
  return quote;
};

/** A renter that keeps what it is given in memory, so that a run over it can be counted. */
export const createFakeRenter = () => {
  const kept = new Map<string, { readonly object: ObjectRecord; readonly bytes: Buffer }>();
  const puts: PutOptions[] = [];
  const crated: PutInCratesOptions<SmallFile>[] = [];
  let largest = 0;
  const gets: string[] = [];
  const asked: number[] = [];
  let lost: string | undefined;
  let room = 0;
  let fault: { readonly name: string; readonly error: Error } | undefined;
  let id = 0;
  const newestOf = (name: string): ObjectRecord | undefined => {
    const found = [...kept.values()].map(({ object }) => object).filter((object) => object.name === name);
    return found.findLast(({ state }) => state === 'stored') ?? found.at(-1);
  };
  const add = (name: string, bytes: Buffer, more: Partial<StoredObject> = {}): StoredObject => {
    id += 1;
    const digest: Hash = hash(`0x${createHash('sha256').update(bytes).digest('hex')}`);
    const object: StoredObject = {
      id: id.toString(16).padStart(32, '0'),
      name,
      bytes: bytes.length,
      sha256: digest,
      storedAt: id,
      k: 2,
      n: 3,
      slabs: 1,
      state: 'stored',
      ...more,
    };
    kept.set(object.id, { object, bytes });
    return object;
  };
  const agree = async (
    bytes: number,
    own: number,
    options: Pick<PutOptions, 'k' | 'n' | 'room' | 'report' | 'confirm'>,
  ): Promise<Quote> => {
    const { k = 2, n = 3 } = options;
    const quote = quoteOf(bytes, own <= room ? 0 : bytes + (options.room ?? bytes), k, n);
    options.report?.({ kind: 'quoted', quote });
    if (options.confirm && !(await options.confirm(quote))) throw new HoldfastError('QUOTE_DECLINED', { escrow: quote.escrow });
    room += Number(quote.escrow / PRICE) - own;
    return quote;
  };
  const renter: Pick<
    Renter,
    'object' | 'objects' | 'unreadable' | 'dropFormer' | 'put' | 'putInCrates' | 'largestInCrate' | 'get' | 'neighbours' | 'read'
  > = {
    object: async (idOrName) => kept.get(idOrName)?.object ?? newestOf(idOrName),
    async *objects() {
      for (const { object } of kept.values()) yield object;
    },
    unreadable: async ({ objects = [] } = {}) => {
      asked.push(objects.length);
      return objects.filter(({ name }) => name === lost).map((object) => ({ object, left: 0 }));
    },
    dropFormer: async () => [],
    put: async (options) => {
      puts.push(options);
      if (options.name === fault?.name) throw fault.error;
      const { source, k = 2, n = 3 } = options;
      const bytes = await readAll(source);
      const quote = await agree(bytes.length + (options.following ?? 0), bytes.length, { ...options, k, n });
      const object = add(options.name, bytes, { k, n, origin: await source.origin?.() });
      return { object, quote, same: false, failures: [] };
    },
    largestInCrate: () => largest,
    putInCrates: async (options) => {
      crated.push(options as unknown as PutInCratesOptions<SmallFile>);
      const { files, k = 2, n = 3, following = 0, onFile, onFailed, onStored } = options;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      const quote = await agree(bytes + following, bytes, { ...options, k, n });
      const objects: StoredObject[] = [];
      for (const file of files) {
        onFile?.(file);
        try {
          if (file.name === fault?.name) throw fault.error;
          await using source = await file.open();
          objects.push(add(file.name, Buffer.from(await source.read(0, file.bytes)), { k, n, origin: await source.origin?.() }));
        } catch (error) {
          onFailed(file, error);
        }
      }
      onStored?.(objects);
      return { stored: objects, quote, failures: [] };
    },
    neighbours: async () => [],
    read: async () => {
      throw new Error('nothing lies side by side here');
    },
    get: async ({ object: wanted, range, sink, onPaid }) => {
      gets.push(wanted);
      const found = kept.get(wanted);
      if (found?.object.state !== 'stored') throw new HoldfastError('OBJECT_MISSING', { name: wanted });
      if (found.object.name === fault?.name) {
        await sink.suspend?.();
        throw fault.error;
      }
      await sink.write(found.bytes.subarray(range?.start, range?.end));
      await sink.finish();
      onPaid?.(wei(1n));
      return { object: found.object, egress: wei(1n), failures: [] };
    },
  };
  return {
    renter,
    puts,
    crated,
    /** Files of up to so many bytes share sectors from now on; none before. */
    packUpTo: (bytes: number) => void (largest = bytes),
    gets,
    /** Of how many objects it was asked whether they can be read. */
    asked,
    /** Objects of that name cannot be read back from now on. */
    lose: (name: string) => void (lost = name),
    add,
    kept,
    /** Objects of that name fail with `error` from now on. */
    fail: (name: string, error: Error) => void (fault = { name, error }),
  };
};

import { expect } from 'chai';
import type { SmallFile } from '../../node/renter/upload/fill-crates.js';
import type { PutInCratesResult } from '../../node/renter/upload/put-in-crates.js';
import type { Renter } from '../../node/renter/renter.js';
import { bytesOf } from '../support/worlds/actors.js';
import { createRecordedSink, sourceOf, type RenterWorld } from '../support/worlds/renter-world.js';
import { terms } from './in-steps.js';

/** Names of small files and what is in them. */
export type Contents = ReadonlyMap<string, Uint8Array>;

/** Files of these lengths: `file 0`, `file 1` … */
export const contentsOf = (...lengths: readonly number[]): Contents =>
  new Map(lengths.map((length, index) => [`file ${index}`, bytesOf(`content ${index}`, length)]));

/** As of a disk: each has an origin, and is opened and closed. */
export const filesOf = (contents: Contents, opened: string[] = []): SmallFile[] =>
  [...contents].map(([name, bytes]) => ({
    name,
    bytes: bytes.length,
    origin: `origin of ${name} ${bytes.length} ${bytes[0]}`,
    open: async () => {
      opened.push(name);
      const origin = async (): Promise<string> => `origin of ${name} ${bytes.length} ${bytes[0]}`;
      return { ...sourceOf(bytes), origin, [Symbol.asyncDispose]: async () => undefined };
    },
  }));

/** Stores them all; rethrows what is wrong with one of them. */
export const putAll = (
  renter: Renter,
  files: readonly SmallFile[],
  more: Partial<Parameters<Renter['putInCrates']>[0]> = {},
): Promise<PutInCratesResult> =>
  renter.putInCrates({
    ...terms,
    files,
    onFailed: (_, error) => {
      throw error;
    },
    ...more,
  });

export const expectAllBack = async (world: RenterWorld, contents: Contents, renter = world.renter): Promise<void> => {
  for (const [name, bytes] of contents) {
    const sink = createRecordedSink();
    await world.during(renter.get({ object: name, sink }));
    expect(Buffer.compare(sink.bytes, bytes), name).to.equal(0);
  }
};

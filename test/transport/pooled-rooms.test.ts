import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { LEAF_BYTES, leaves } from '../../node/core/units.js';
import type { SectorRef } from '../../node/core/data/data-set.js';
import { createMemoryDialer } from '../../node/transport/memory-link.js';
import { authorizationFor, createBob } from '../support/worlds/link-fixtures.js';
import { hashOf } from '../support/worlds/actors.js';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const contentOf = (index: number): Uint8Array => new Uint8Array(LEAF_BYTES * (1 + ((index * 977) % 5_000))).fill(1 + (index % 250));

describe('Room that sectors are received in', () => {
  it('has one sector at a time: what a slow disk writes is what was sent, whoever else breaks off', async () => {
    const stored = new Map<string, string>();
    const sent = new Map<string, string>();
    const service = {
      ...createBob(),
      admitSector: async () => 'wanted' as const,
      storeSector: async (_peer: unknown, _authorization: unknown, { root }: SectorRef, bytes: Uint8Array) => {
        const hash = createHash('sha256');
        const piece = Math.ceil(bytes.length / 5);
        for (let at = 0; at < bytes.length; at += piece) {
          hash.update(bytes.subarray(at, at + piece));
          await wait(3);
        }
        stored.set(root, hash.digest('hex'));
        if (root.endsWith('7')) throw new Error('refused in the end');
      },
    };
    const dialer = createMemoryDialer(() => service, {
      peer: 'alice peer',
      serverLimits: { uploads: 3, uploadsPerDeal: 3, requestsPerDeal: 64, waitingPerDeal: 1_000, waiting: 1_000, lingerMilliseconds: 50 },
      limits: { uploadsPerProvider: 64, requestsPerProvider: 64 },
    });
    const link = await dialer.dial({ peerId: 'bob peer' } as never, undefined);
    const authorization = authorizationFor('alice peer');
    const upload = async (index: number): Promise<void> => {
      const bytes = contentOf(index);
      const sector = { root: hashOf(`sector ${index}`), leaves: leaves(bytes.length / LEAF_BYTES) };
      sent.set(sector.root, digest(bytes));
      const stop = new AbortController();
      if (index % 5 === 1) setTimeout(() => stop.abort(new Error('gone')), index % 13);
      const read = async (offset: number, length: number): Promise<Uint8Array> => {
        await wait(index % 3);
        if (index % 7 === 3 && offset > 0) throw new Error('broken off');
        return bytes.subarray(offset, offset + length);
      };
      await link.writeSector(authorization, { sector, read }, stop.signal).catch(() => undefined);
    };
    for (let wave = 0; wave < 20; wave++) await Promise.all(Array.from({ length: 10 }, (_, index) => upload(wave * 10 + index)));
    await wait(200);
    expect(stored.size).to.be.above(80);
    for (const [root, found] of stored) expect(found).to.equal(sent.get(root));
  }).timeout(60_000);
});

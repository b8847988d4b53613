import { expect } from 'chai';
import { HoldfastError } from '../../node/core/errors/holdfast-error.js';
import { leaves, wei, type Hash } from '../../node/core/units.js';
import type { Voucher } from '../../node/core/market/voucher.js';
import type { Dialer, ProviderLink, ProviderService, SignRequest } from '../../node/ports/link.js';
import type { DialerLimits, ServerLimits } from '../../node/transport/limits.js';
import {
  authorizationFor,
  createBob,
  patterned,
  providerSignature,
  renterSignature,
  revisionOver,
  rootNumber,
  sectorNumber,
  signedOver,
  sourceOf,
  terms,
} from '../support/worlds/link-fixtures.js';
import { rejection } from '../support/coded-rejection.js';
import { readOne } from '../support/read-one.js';

/** A renter's dialer and a provider that it can reach. */
export interface Stage {
  readonly dialer: Dialer;
  readonly provider: { readonly peerId: string; readonly addresses: readonly string[] };
  stop(): Promise<void>;
}
export interface StageLimits {
  readonly dialer?: Partial<DialerLimits>;
  readonly server?: Partial<ServerLimits>;
}
export type OpenStage = (service: ProviderService, limits?: StageLimits) => Promise<Stage>;

const FRAME = 256 * 1024;
const until = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const deferred = <T = void>() => Promise.withResolvers<T>();

/** What every way to reach a provider has to do. */
export const describeProviderLink = (way: string, open: OpenStage): void => {
  describe(`A link to a provider over ${way}`, () => {
    let stage: Stage;
    let link: ProviderLink;
    const connect = async (service: ProviderService, limits?: StageLimits): Promise<void> => {
      stage = await open(service, limits);
      link = await stage.dialer.dial(stage.provider);
    };
    const authorization = () => authorizationFor(stage.dialer.peer);
    afterEach(async () => {
      await link.close();
      await stage.stop();
    });

    it('brings the terms exactly, and tells the service who asked', async () => {
      const bob = createBob();
      await connect(bob);
      expect(await link.terms()).to.deep.equal(terms);
      expect([...bob.peers]).to.deep.equal([stage.dialer.peer]);
    });

    for (const count of [1, 8_191, 8_192, 8_193, 131_072]) {
      it(`brings a sector of ${count} leaves whole, in ranges of at most 256 KiB`, async () => {
        const bob = createBob();
        await connect(bob);
        const bytes = patterned(count * 32);
        const sector = sectorNumber(1, count);
        const asked: [number, number][] = [];
        const source = sourceOf(sector, bytes);
        const watched = {
          sector,
          read: (offset: number, length: number, signal: AbortSignal) => {
            asked.push([offset, length]);
            return source.read(offset, length, signal);
          },
        };
        await link.writeSector(authorization(), watched);
        expect(Buffer.compare(bob.stored.get(sector.root) ?? Buffer.alloc(0), bytes)).to.equal(0);
        expect(asked.map(([offset]) => offset)).to.deep.equal(Array.from({ length: Math.ceil((count * 32) / FRAME) }, (_, i) => i * FRAME));
        expect(Math.max(...asked.map(([, length]) => length))).to.be.at.most(FRAME);
      });
    }

    it('passes authorization and sector on as they are', async () => {
      const seen: unknown[] = [];
      await connect(
        createBob({
          admitSector: async (peer, given, sector) => {
            seen.push(peer, given, sector);
            return 'have';
          },
        }),
      );
      await link.writeSector(authorization(), sourceOf(sectorNumber(9, 77), new Uint8Array(0)));
      expect(seen).to.deep.equal([stage.dialer.peer, authorization(), sectorNumber(9, 77)]);
    });

    it('moves no byte of a sector that the provider has or refuses', async () => {
      let verdict: 'have' | Error = 'have';
      await connect(
        createBob({
          admitSector: async () => {
            if (verdict instanceof Error) throw verdict;
            return verdict;
          },
        }),
      );
      const source = { sector: sectorNumber(1), read: () => Promise.reject(new Error('nobody may read this')) };
      await link.writeSector(authorization(), source);
      verdict = new HoldfastError('PEER_BUSY', { what: 'moons', limit: 3 });
      const refusal = await rejection(link.writeSector(authorization(), source), 'PEER_REFUSED');
      expect(refusal.data).to.deep.equal({
        peer: stage.provider.peerId,
        code: 'PEER_BUSY',
        sentence: '3 moons are in hand already, and no more are taken',
      });
    });

    it('refuses with INTERNAL, without its text, when the service fails without a code', async () => {
      await connect(createBob({ storeSector: () => Promise.reject(new Error('disk /dev/secret is on fire')) }));
      const refusal = await rejection(link.writeSector(authorization(), sourceOf(sectorNumber(1, 1), patterned(32))), 'PEER_REFUSED');
      expect(refusal.data).to.include({ code: 'INTERNAL' });
      expect(refusal.message).not.to.contain('secret');
    });

    it('gives the error of a source back as it is, and stores nothing', async () => {
      const bob = createBob();
      await connect(bob);
      const trouble = new Error('the file shrank');
      let reads = 0;
      const source = {
        sector: sectorNumber(1),
        read: async (_offset: number, length: number) => {
          if (++reads === 3) throw trouble;
          return new Uint8Array(length);
        },
      };
      expect(await failureOf(link.writeSector(authorization(), source))).to.equal(trouble);
      expect(await link.terms()).to.deep.equal(terms);
      expect(bob.stored.size).to.equal(0);
    });

    it('brings a change of many sectors to be signed, exactly', async () => {
      let seen: SignRequest | undefined;
      await connect(
        createBob({
          signRevision: async (_peer, _authorization, request) => {
            seen = request;
            return providerSignature;
          },
        }),
      );
      const append = Array.from({ length: 16_384 }, (_, i) => sectorNumber(i, 1 + (i % 131_072)));
      const request = {
        revision: revisionOver(append),
        base: 2n ** 64n - 3n,
        baseRoot: rootNumber(6),
        change: { remove: Array.from({ length: 100_000 }, (_, i) => i * 7), append },
        renterSignature,
      };
      expect(await link.signRevision(authorization(), request)).to.equal(providerSignature);
      expect(seen).to.deep.equal(request);
    });

    it('does not ask for a change or a range that is too large', async () => {
      await connect(createBob({ signRevision: () => Promise.reject(new Error('never asked')) }));
      const append = Array.from({ length: 16_385 }, (_, i) => sectorNumber(i));
      const request = { revision: revisionOver(append), base: 0n, change: { remove: [], append }, renterSignature };
      await rejection(link.signRevision(authorization(), request), 'MESSAGE_TOO_LARGE');
      const range = { root: rootNumber(1), from: leaves(0), count: leaves(8_193) };
      await rejection(readOne(link, authorization(), range), 'MESSAGE_TOO_LARGE');
    });

    it('brings ranges of leaves with their proof', async () => {
      await connect(createBob());
      const whole = patterned(131_072 * 32);
      for (const [from, count] of [
        [0, 8_192],
        [131_071, 1],
        [4_097, 4_099],
      ] as const) {
        const range = await readOne(link, authorization(), { root: rootNumber(3), from: leaves(from), count: leaves(count) });
        expect(Buffer.compare(range.bytes, whole.subarray(from * 32, (from + count) * 32))).to.equal(0);
        expect(range.proof).to.deep.equal([patterned(32, from), patterned(32, count)]);
      }
    });

    it('reads the ranges of a sector on one stream, no more of them ahead than the reader says', async () => {
      let streams = 0;
      await connect(createBob({ authorize: async (_peer, { deal }) => (streams++, { deal, hasData: true }) }));
      const whole = patterned(131_072 * 32);
      const into = new Uint8Array(whole.length);
      let [asked, taken, mostAhead] = [0, 0, 0];
      await link.readLeaves(authorization(), {
        root: rootNumber(3),
        inFlight: 3,
        next: async () => {
          const from = asked++ * 8_192;
          mostAhead = Math.max(mostAhead, asked - taken);
          const room = into.subarray(from * 32, (from + 8_192) * 32);
          return { from: leaves(from), count: leaves(8_192), last: asked === 16, into: room };
        },
        take: ({ from, into: room }, { bytes, proof }) => {
          expect([from, bytes.byteOffset]).to.deep.equal([taken++ * 8_192, room?.byteOffset]);
          expect(proof).to.deep.equal([patterned(32, from), patterned(32, 8_192)]);
        },
      });
      expect({ streams, asked, taken, mostAhead }).to.deep.equal({ streams: 1, asked: 16, taken: 16, mostAhead: 3 });
      expect(Buffer.compare(into, whole)).to.equal(0);
    });

    it('reads no further once the reader does not take what came, and once it has nothing to ask with', async () => {
      let served = 0;
      const bob = createBob();
      await connect({ ...bob, readLeaves: async (...call) => (served++, bob.readLeaves(...call)) });
      const range = { from: leaves(0), count: leaves(8_192), last: false };
      const wrong = new Error('that is none of the sector');
      const reader = { root: rootNumber(3), inFlight: 2, next: async () => range, take: () => {} };
      expect(
        await failureOf(
          link.readLeaves(authorization(), {
            ...reader,
            take: () => {
              throw wrong;
            },
          }),
        ),
      ).to.equal(wrong);
      const broke = new Error('the purse is empty');
      let asked = 0;
      const next = async () => (asked++ < 3 ? range : Promise.reject(broke));
      expect(await failureOf(link.readLeaves(authorization(), { ...reader, next }))).to.equal(broke);
      expect(await link.terms()).to.deep.equal(terms);
      expect(served).to.be.at.most(2 + 3);
    });

    it('brings a voucher with a read, and what the provider counts', async () => {
      const vouchers: (Voucher | undefined)[] = [];
      const state = { served: 2 ** 40, voucher: { amount: wei(2n ** 127n), signature: renterSignature } };
      const bob = createBob();
      await connect({
        ...bob,
        readLeaves: async (peer, given, request, signal) => {
          vouchers.push(request.voucher);
          return bob.readLeaves(peer, given, request, signal);
        },
        egress: async (peer, given) => {
          expect([peer, given]).to.deep.equal([stage.dialer.peer, authorization()]);
          return state;
        },
      });
      expect(await link.egress(authorization())).to.deep.equal(state);
      const range = { root: rootNumber(3), from: leaves(0), count: leaves(1) };
      await readOne(link, authorization(), { ...range, voucher: state.voucher });
      await readOne(link, authorization(), range);
      expect(vouchers).to.deep.equal([state.voucher, undefined]);
    });

    it('brings the newest revision with all its sectors, or says that there is none', async () => {
      const sectors = Array.from({ length: 20_000 }, (_, i) => sectorNumber(i, 1 + i));
      const listings = [undefined, { signed: signedOver([]), sectors: [] }, { signed: signedOver(sectors), sectors }];
      let next = 0;
      await connect(createBob({ listSectors: async () => listings[next++] }));
      for (const listing of listings) expect(await link.listSectors(authorization())).to.deep.equal(listing);
    });

    it('brings what is lost of a deal page by page, and takes no page that does not go on', async () => {
      const roots = Array.from({ length: 1_024 }, (_, i) => rootNumber(i + 6));
      const pages = [
        { roots, next: rootNumber(5_000) },
        { roots: roots.slice(0, 3), next: roots[2] },
        { roots: [], next: undefined },
      ];
      const seen: unknown[] = [];
      await connect(
        createBob({
          lostSectors: async (peer, given, range) => {
            seen.push(peer, given, range);
            return pages[(seen.length - 3) / 3]!;
          },
        }),
      );
      const range = { after: rootNumber(5), most: 1_024 };
      for (const page of pages) expect(await link.lostSectors(authorization(), range)).to.deep.equal(page);
      expect(seen.slice(0, 3)).to.deep.equal([stage.dialer.peer, authorization(), range]);
      const [one, two] = roots as [Hash, Hash];
      for (const page of [
        { roots: [], next: rootNumber(5) },
        { roots: [two, one], next: undefined },
        { roots: [one, one], next: undefined },
        { roots: [rootNumber(5)], next: undefined },
        { roots: [one, two], next: one },
        { roots: roots.slice(0, 3), next: undefined },
      ]) {
        await link.close();
        await stage.stop();
        await connect(createBob({ lostSectors: async () => page }));
        await rejection(link.lostSectors(authorization(), { ...range, most: 2 }), 'PEER_MISBEHAVED');
      }
      await rejection(link.lostSectors(authorization(), { ...range, most: 1_025 }), 'MESSAGE_INVALID');
    });

    it('serves many at once, and never more in hand than the limits say', async () => {
      let inHand = 0;
      let most = 0;
      const counted = async <T>(answer: T): Promise<T> => {
        most = Math.max(most, ++inHand);
        await new Promise((resolve) => setImmediate(resolve));
        inHand--;
        return answer;
      };
      const bob = createBob({ terms: async () => counted(terms) });
      await connect(bob, { dialer: { requestsPerProvider: 5 } });
      const sectors = Array.from({ length: 6 }, (_, i) => sectorNumber(i, 20_000));
      await Promise.all([
        ...Array.from({ length: 60 }, () => link.terms()),
        ...sectors.map((sector, i) => link.writeSector(authorization(), sourceOf(sector, patterned(sector.leaves * 32, i + 1)))),
      ]);
      expect(most).to.be.at.most(5);
      expect(bob.stored.size).to.equal(6);
      for (const [i, sector] of sectors.entries()) {
        expect(Buffer.compare(bob.stored.get(sector.root) ?? Buffer.alloc(0), patterned(sector.leaves * 32, i + 1))).to.equal(0);
      }
    });

    it('refuses with PEER_BUSY what is over the limits of the provider', async () => {
      const { promise: open, resolve: release } = deferred();
      const entered = deferred();
      const bob = createBob({
        terms: async () => {
          entered.resolve();
          await open;
          return terms;
        },
      });
      await connect(bob, { server: { readingsPerPeer: 1 } });
      const first = link.terms();
      await entered.promise;
      const refusal = await rejection(link.terms(), 'PEER_REFUSED');
      expect(refusal.data).to.include({ code: 'PEER_BUSY' });
      release();
      expect(await first).to.deep.equal(terms);
    });

    it('receives no more sectors at once than the provider allows, and lets the others wait their turn', async () => {
      let storing = 0;
      let most = 0;
      const bob = createBob({
        storeSector: async (_peer, _authorization, sector, bytes) => {
          most = Math.max(most, ++storing);
          await new Promise((resolve) => setImmediate(resolve));
          bob.stored.set(sector.root, bytes);
          storing--;
        },
      });
      await connect(bob, { dialer: { uploadsPerProvider: 6 }, server: { uploadsPerDeal: 1 } });
      await Promise.all(
        Array.from({ length: 6 }, (_, i) => link.writeSector(authorization(), sourceOf(sectorNumber(i, 9_000), patterned(9_000 * 32)))),
      );
      expect(bob.stored.size).to.equal(6);
      expect(most).to.equal(1);
    });

    it('stops when the caller aborts, with the caller’s reason, and tells the service', async () => {
      const entered = deferred();
      const ended = deferred<unknown>();
      await connect(
        createBob({
          readLeaves: async (_peer, _authorization, _request, signal) => {
            entered.resolve();
            return until(signal).catch((reason: unknown) => {
              ended.resolve(reason);
              throw reason;
            });
          },
        }),
      );
      const controller = new AbortController();
      const read = failureOf(readOne(link, authorization(), { root: rootNumber(1), from: leaves(0), count: leaves(1) }, controller.signal));
      await entered.promise;
      const reason = new Error('Alice changed her mind');
      controller.abort(reason);
      expect(await read).to.equal(reason);
      await ended.promise;
      expect(await failureOf(link.terms(AbortSignal.abort(reason)))).to.equal(reason);
      expect(await link.terms()).to.deep.equal(terms);
    });

    it('ends what is in hand when it is closed', async () => {
      const entered = deferred();
      await connect(
        createBob({
          terms: async (_peer, signal) => {
            entered.resolve();
            return until(signal);
          },
        }),
      );
      const asked = rejection(link.terms(), 'ABORTED');
      await entered.promise;
      await link.close();
      await asked;
      await rejection(link.terms(), 'ABORTED');
    });

    it('gives up on a provider that says nothing', async () => {
      const ended = deferred<unknown>();
      await connect(
        createBob({
          terms: async (_peer, signal) =>
            until(signal)
              .catch(ended.resolve)
              .then(() => terms),
        }),
        {
          dialer: { silenceMilliseconds: 50 },
        },
      );
      const silence = await rejection(link.terms(), 'PEER_SILENT');
      expect(silence.data).to.deep.equal({ peer: stage.provider.peerId, waitedFor: 'terms answer', milliseconds: 50 });
      await ended.promise;
    });
  });
};

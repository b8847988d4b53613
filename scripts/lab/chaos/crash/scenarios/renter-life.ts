import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { createKeySigner } from '../../../../../node/core/keys/signing.js';
import { hash, type DealId, type Hash, type Signature, type Wei } from '../../../../../node/core/units.js';
import type { Catalogue } from '../../../../../node/ports/catalogue.js';
import type { Settlement } from '../../../../../node/ports/settlement.js';
import { createCatalogueFiles, openCatalogueFiles } from '../../../../../node/storage/catalogue.js';
import { createMemoryLedger } from '../../../../../test/support/memory-market/settlement.js';
import { bytesOf, hashOf } from '../../../../../test/support/worlds/actors.js';
import { createRecordedSink, createRenterWorld, sourceOf, type RenterWorld } from '../../../../../test/support/worlds/renter-world.js';
import type { Scenario, Stage } from '../scenario.js';
import {
  inspectRenter,
  isAskedFor,
  isCountersigned,
  isDealKnown,
  isOnRecord,
  isPromised,
  isProposed,
  nothingWaits,
  paidIsKnown,
  restartRenter,
  shardsAreNamed,
  type RestartedRenter,
} from './renter-restart.js';
import { shardsOf } from '../../../../../test/support/stored-slabs.js';

const { identity } = createMemoryLedger();
const names = ['bob', 'carol', 'dave'];
const letters = bytesOf('letters', 5_000);
const notes = bytesOf('notes', 3_000);
const photos = bytesOf('photos', 7_000);
const small = [
  ['first', bytesOf('first', 200)],
  ['second', bytesOf('second', 900)],
] as const;
const everything = [letters, notes, photos, ...small.map(([, bytes]) => bytes)];
const digestOf = (bytes: Uint8Array): Hash => hash(`0x${createHash('sha256').update(bytes).digest('hex')}`);

const leftOut = async (): Promise<never> => Promise.reject(new Error('left out'));

/** What a renter hands to the chain is a step; what it asks for must be found again. */
const watchedChain = (stage: Stage, chain: Settlement, line: { isCut: boolean; cuts: boolean }): Settlement => ({
  ...stage.port('settlement', chain),
  agreed: {
    ...chain.agreed,
    deals: async (...call) => (line.isCut ? Promise.reject(new Error('the line is cut')) : chain.agreed.deals(...call)),
  },
  submit: async (action, options) => {
    if (action.kind === 'open')
      for (const request of action.requests) stage.promise(`asked ${request.salt}`, isAskedFor(identity, chain.account, request));
    const receipt = await stage.event('hand-over', () => chain.submit(action, options), leftOut);
    if (line.cuts) line.isCut = true;
    if (line.isCut) throw new Error('the line is cut');
    return receipt;
  },
});

/** What leaves for providers is a step, and is promised to be on record before. */
const watchProviders = (stage: Stage, world: RenterWorld, digest: () => Hash, loses: () => boolean): void => {
  for (const name of names)
    world.bend(name, (service) => ({
      storeSector: async (...call) => stage.event('hand-over', () => service.storeSector(...call), leftOut),
      signRevision: async (peer, authorization, request, signal) => {
        const { revision } = request;
        if (revision.leaves > 0) stage.promise(`object ${digest()}`, isOnRecord(digest()));
        stage.promise(`proposed ${revision.deal} ${revision.number}`, isProposed(revision));
        const signature = await stage.event('hand-over', () => service.signRevision(peer, authorization, request, signal), leftOut);
        if (loses()) throw new Error('the connection broke');
        return signature;
      },
      readLeaves: async (peer, authorization, range, signal) => {
        const { voucher } = range;
        if (voucher !== undefined) stage.promise(`voucher ${authorization.deal}`, isPromised(authorization.deal, voucher.amount));
        return stage.event('hand-over', () => service.readLeaves(peer, authorization, range, signal), leftOut);
      },
    }));
};

const play = async (stage: Stage, catalogue: Catalogue): Promise<void> => {
  const { during, promise, release } = stage;
  const world = await createRenterWorld({
    names,
    provider: (name) => ({
      ask: { egressPrice: (2n ** 30n) as Wei, price: ((name === 'dave' ? 3n : 2n) * 10n ** 18n) as Wei },
      policy: { egressCredit: 0 },
    }),
  });
  let digest = digestOf(letters);
  const line = { isCut: false, cuts: false };
  let losesSignature = false;
  const settlement = watchedChain(stage, world.chain, line);
  watchProviders(
    stage,
    world,
    () => digest,
    () => losesSignature,
  );
  const session = createKeySigner(hashOf('alice session'));
  const start = () =>
    world.another({
      catalogue: stage.port('catalogue', catalogue),
      settlement,
      signer: {
        address: session.address,
        sign: (message) =>
          stage.event(
            'signature',
            () => session.sign(message),
            async () => `0x${'00'.repeat(65)}` as Signature,
          ),
      },
    });
  const renter = start();
  const put = async (name: string, bytes: Uint8Array): Promise<readonly DealId[]> => {
    digest = digestOf(bytes);
    release('nothing waits');
    const { object } = await world.during(start().put({ name, source: sourceOf(bytes), k: 1, n: 2, periods: 20, reads: 9 }));
    const deals = (await shardsOf(catalogue, object)).map(({ deal }) => deal);
    promise(`object ${digest}`, isOnRecord(digest, 'stored', deals));
    promise('nothing waits', nothingWaits);
    for (const deal of deals) {
      promise(`deal ${deal}`, isDealKnown(deal));
      const current = (await catalogue.deal(deal))?.current;
      if (current) promise(`signature ${deal}`, isCountersigned(current.revision));
    }
    return deals;
  };

  const fails = async (name: string, bytes: Uint8Array): Promise<void> =>
    put(name, bytes).then(
      () => {
        throw new Error('it should have failed');
      },
      () => undefined,
    );

  promise('shards are named', shardsAreNamed);
  promise('what is paid for is known', paidIsKnown);
  line.cuts = true;
  await during('put, and the line is cut', () => fails('letters', letters));
  Object.assign(line, { isCut: false, cuts: false });
  const deals = await during('put again after that', () => put('letters', letters));
  losesSignature = true;
  await during('put, and a signature is lost', () => fails('notes', notes));
  losesSignature = false;
  await during('put again after that', () => put('notes', notes));
  await during('put', () => put('photos', photos));
  await during('put of small files', async () => {
    digest = digestOf(small[0][1]);
    release('nothing waits');
    const files = small.map(([name, bytes]) => ({
      name,
      bytes: bytes.length,
      open: async () => ({ ...sourceOf(bytes), [Symbol.asyncDispose]: async () => undefined }),
    }));
    const onFailed = (_: unknown, error: unknown): never => {
      throw error;
    };
    const { stored } = await world.during(start().putInCrates({ files, onFailed, k: 1, n: 2, periods: 20, reads: 9 }));
    for (const object of stored) {
      const places = (await shardsOf(catalogue, object)).map(({ deal }) => deal);
      promise(`object ${object.sha256}`, isOnRecord(object.sha256, 'stored', places));
    }
    promise('nothing waits', nothingWaits);
  });
  await during('get', async () => {
    const sink = createRecordedSink();
    await world.during(renter.get({ object: 'letters', sink }));
    if (Buffer.compare(sink.bytes, letters) !== 0) throw new Error('other letters came back');
  });

  world.silence('bob');
  await world.liveTo(world.ledger.period + 1, 25);
  digest = digestOf(letters);
  await during('repair', async () => {
    release('nothing waits');
    for (const bytes of everything) promise(`object ${digestOf(bytes)}`, isOnRecord(digestOf(bytes), 'stored'));
    await world.during(renter.repair({ periods: 20, reads: 9 }));
    promise('nothing waits', nothingWaits);
    for (const [name, bytes] of [
      ['letters', letters],
      ['notes', notes],
      ['photos', photos],
    ] as const) {
      const object = await catalogue.object(name);
      const places = (await shardsOf(catalogue, object)).map(({ deal }) => deal);
      if (!places.some((deal) => !deals.includes(deal))) throw new Error('nothing was repaired');
      promise(`object ${digestOf(bytes)}`, isOnRecord(digestOf(bytes), 'stored', places));
    }
  });

  await during('deletion of what shares sectors with another file', async () => {
    const [[keptName], [name, bytes]] = small;
    release(`object ${digestOf(bytes)}`);
    const kept = stage.port('catalogue', catalogue);
    await kept.deleteObject((await catalogue.object(name))?.id ?? '');
    promise('it stays deleted', async (opened: RestartedRenter) =>
      (await opened.catalogue.object(name)) === undefined ? undefined : 'what was deleted is back',
    );
    const { moved } = await world.during(renter.compact({ periods: 20, reads: 9, budget: (10n ** 24n) as Wei, revisionWorth: 0n as Wei }));
    if (moved !== 1) throw new Error(`${moved} files moved instead of ${keptName}`);
    await world.during(renter.tidy());
  });

  await during('release', async () => {
    const held = (await shardsOf(catalogue, await catalogue.object('photos'))).map(({ deal }) => deal);
    const alive = held.filter((deal) => deal !== deals[0]);
    for (const bytes of everything) release(`object ${digestOf(bytes)}`);
    release('shards are named');
    const { failures } = await world.during(renter.release(alive));
    if (failures.length > 0) throw failures[0]?.error ?? new Error('nothing was released');
    for (const deal of alive) {
      const current = (await catalogue.deal(deal))?.current;
      if (current) promise(`signature ${deal}`, isCountersigned(current.revision));
    }
  });
};

const run = async (stage: Stage): Promise<void> => {
  const catalogue = await openCatalogueFiles(join(stage.folder, 'catalogue'), identity);
  try {
    await play(stage, catalogue);
  } finally {
    await catalogue.close();
  }
};

/** A renter with three providers: what it asks, stores, pays for, repairs and gives up. */
export const renterLife: Scenario<RestartedRenter> = {
  name: "a renter's life",
  breaks: 'records',
  prepare: (folder) => createCatalogueFiles(join(folder, 'catalogue'), identity),
  run,
  restart: (folder) => restartRenter(folder, identity),
  inspect: inspectRenter,
  close: ({ catalogue }) => catalogue.close(),
};

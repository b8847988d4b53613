import { join } from 'node:path';
import { LEAF_BYTES, type Wei } from '../../../../../node/core/units.js';
import type { ProviderService } from '../../../../../node/ports/link.js';
import type { Settlement } from '../../../../../node/ports/settlement.js';
import type { ProviderJournal } from '../../../../../node/ports/journal.js';
import type { SectorStore } from '../../../../../node/ports/sector-store.js';
import { openJournalFiles } from '../../../../../node/storage/journal.js';
import { openSectorFiles } from '../../../../../node/storage/sector-files.js';
import { createMemoryLedger } from '../../../../../test/support/memory-market/settlement.js';
import { bytesOf } from '../../../../../test/support/worlds/actors.js';
import { createProviderWorld, liveTo, type ProviderWorld } from '../../../../../test/support/worlds/provider-world.js';
import { contentOf, TestRenter, type Content } from '../../../../../test/support/worlds/test-renter.js';
import type { Stage } from '../scenario.js';
import { allNamedAreHere, isSigned, isWaiting, type RestartedProvider } from './provider-restart.js';

export const { identity } = createMemoryLedger();

export const [letter, photo, film, song] = ['a letter', 'a photo', 'a film', 'a song'].map((name, at) =>
  contentOf(bytesOf(name, 3_200 + 320 * at)),
) as [Content, Content, Content, Content];

/** Token wei a byte: so much that redeeming is worth its gas. */
const EGRESS = 10n ** 15n;

export const requireThat = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

const leftOut = async (): Promise<never> => Promise.reject(new Error('left out'));

/** What leaves a provider's chain client is a step. No batch leaves while it `isDeaf`. */
const watchedChain = (stage: Stage, settlement: Settlement, line: { readonly isDeaf: boolean }): Settlement => ({
  ...stage.port('settlement', settlement),
  agreed: settlement.agreed,
  submit: async (action, options) => {
    if (line.isDeaf && action.kind === 'batch') throw new Error('the chain hears nothing');
    return stage.event('hand-over', () => settlement.submit(action, options), leftOut);
  },
});

/** A provider on real files, and what its renters do with it, each with what it promises them. */
export interface ProviderStage {
  readonly world: ProviderWorld;
  readonly store: SectorStore;
  readonly journal: ProviderJournal;
  readonly service: ProviderService;
  /** Set to have batches fail. */
  readonly line: { isDeaf: boolean };
  live(period: number, offset: number): Promise<void>;
  renter(name: string): Promise<TestRenter>;
  upload(renter: TestRenter, ...contents: readonly Content[]): Promise<void>;
  sign(renter: TestRenter, change: Parameters<TestRenter['request']>[0], fields?: Parameters<TestRenter['request']>[1]): Promise<void>;
  /** Reads ten leaves against a voucher. */
  read(renter: TestRenter, content: Content): Promise<void>;
  requireProven(period: number): Promise<void>;
  happened(event: string): Promise<boolean>;
  close(): Promise<void>;
}

export const signatureOf = (renter: TestRenter, number: bigint): string => `signature ${number} of ${renter.deal}`;

const openProviderStage = async (stage: Stage): Promise<ProviderStage> => {
  const { folder, during, promise } = stage;
  const ledger = createMemoryLedger();
  const line = { isDeaf: false };
  const store = await openSectorFiles({ path: join(folder, 'sectors'), identity });
  const journal = await during('open the journal', () => openJournalFiles(join(folder, 'journal'), identity));
  promise('a second record was promised', async ({ isPromised }: RestartedProvider) =>
    isPromised ? undefined : 'its loss would not be noticed',
  );
  promise('what is named is here', allNamedAreHere());
  const world = await createProviderWorld({
    ledger,
    store: stage.port('store', store),
    journal: stage.port('journal', journal),
    ask: { egressPrice: ((1n << 30n) * EGRESS) as Wei },
    policy: { egressCredit: 0 },
    wrapSettlement: (settlement) => watchedChain(stage, settlement, line),
    wrapSigner: (signer) => ({
      ...signer,
      sign: async (digest) =>
        stage.event(
          'signature',
          () => signer.sign(digest),
          async () => `0x${'00'.repeat(65)}` as never,
        ),
    }),
  });
  Object.assign(world.clock, { sleep: async () => undefined });
  const service: ProviderService = stage.port('service', world.provider.service);
  return {
    world,
    store,
    journal,
    service,
    line,
    live: (to, offset) => liveTo(ledger, world.provider, to, offset),
    renter: (name) => TestRenter.open({ ledger, provider: world.address, name }),
    upload: (renter, ...contents) =>
      during('upload', async () => {
        for (const content of contents) {
          await renter.upload(service, content);
          promise(`upload ${content.sector.root}`, isWaiting(renter.deal, content.sector));
        }
      }),
    sign: (renter, change, fields = {}) =>
      during('sign', async () => {
        const request = await renter.request(change, fields);
        const signature = await stage.event('hand-over', () => renter.sign(service, request), leftOut);
        const { number } = request.revision;
        promise(signatureOf(renter, number), isSigned(renter.deal, number, signature));
      }),
    read: (renter, content) =>
      during('read', async () => {
        const cost = BigInt(10 * LEAF_BYTES) * EGRESS;
        await renter.read(service, content.sector, 10, await renter.voucher(cost));
        promise(`voucher of ${renter.deal}`, async ({ journal: kept }: RestartedProvider) =>
          (await kept.egress(renter.deal))?.voucher?.amount === cost ? undefined : 'the voucher is gone',
        );
      }),
    requireProven: async (last) =>
      requireThat((await world.ownerChain.provider(world.address))?.lastProven === last, `period ${last} was not proven`),
    happened: async (event) => (await world.ownerChain.events(0 as never, ledger.block)).some(({ name }) => name === event),
    close: async () => {
      await journal.close();
      await store.close();
    },
  };
};

/** Lets `play` have a provider, which is closed afterwards, however it ends. */
export const withProviderStage = async (stage: Stage, play: (stage: Stage, bob: ProviderStage) => Promise<void>): Promise<void> => {
  const bob = await openProviderStage(stage);
  try {
    await play(stage, bob);
  } finally {
    await bob.close();
  }
};

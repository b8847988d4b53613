import { settle } from '../../../../../test/support/worlds/provider-world.js';
import type { Scenario, Stage } from '../scenario.js';
import {
  closeProvider,
  createProviderFiles,
  inspectProvider,
  isForgotten,
  isNotHere,
  restartProvider,
  type RestartedProvider,
} from './provider-restart.js';
import { film, identity, letter, photo, requireThat, signatureOf, song, withProviderStage, type ProviderStage } from './provider-stage.js';

const HOUR = 3_600_000;
const { signal } = new AbortController();

const play = async (stage: Stage, bob: ProviderStage): Promise<void> => {
  const { during, promise, release } = stage;
  const { world, store, journal } = bob;
  const [alice, carol] = [await bob.renter('alice'), await bob.renter('carol')];
  const { step } = world.provider;

  await bob.upload(alice, letter);
  await bob.sign(alice, { remove: [], append: [letter.sector] });
  await bob.upload(carol, photo);
  await bob.sign(carol, { remove: [], append: [photo.sector] });
  await during('prove and commit', () => bob.live(2, 10));
  await bob.requireProven(2);
  await bob.read(alice, letter);

  // Carol's second revision never reaches the chain.
  bob.line.isDeaf = true;
  await bob.upload(carol, film);
  await bob.sign(carol, { remove: [], append: [film.sector] });
  await during('wait', () => bob.live(5, 10));
  bob.line.isDeaf = false;
  await bob.requireProven(5);

  // Alice's deal ends by agreement.
  await bob.sign(alice, { remove: [0], append: [] });
  release(`upload ${letter.sector.root}`);
  release(signatureOf(alice, 1n));
  await during('empty a deal', async () => {
    await bob.live(6, 30);
    promise('emptied', isNotHere(letter.sector.root));
  });
  release(signatureOf(alice, 2n));
  await bob.requireProven(6);
  requireThat((await world.ownerChain.deal(alice.deal))?.leaves === 0, 'the deal was not emptied');
  await bob.live(8, 30);
  await alice.chain.submit({ kind: 'cancel', deal: alice.deal });
  release(`voucher of ${alice.deal}`);
  await during('forget a deal', async () => {
    await bob.live(9, 30);
    promise('forgotten', isForgotten(alice.deal));
    promise('accounts settled', async ({ journal: kept }: RestartedProvider) =>
      (await kept.egress(alice.deal)) === undefined ? undefined : 'the account is open again',
    );
  });
  await bob.requireProven(9);
  requireThat((await journal.deal(alice.deal)) === undefined, 'the deal was not forgotten');

  release(signatureOf(carol, 2n));
  release(`upload ${film.sector.root}`);
  await during('drop what nobody posted', async () => {
    await bob.live(14, 30);
    promise('dropped', async (opened: RestartedProvider) => {
      const came = await isForgotten(carol.deal, 2n)(opened);
      return came ?? (opened.numbers.get(carol.deal) === 1n ? undefined : 'the second record has the number still');
    });
    promise('dropped and deleted', isNotHere(film.sector.root));
  });
  await bob.requireProven(14);
  requireThat((await journal.deal(carol.deal))?.revisions.length === 1, 'the revision was not dropped');

  await store.put(song.sector, song.bytes);
  await step(signal);
  await during('sweep', async () => {
    world.clock.advance(24 * HOUR);
    await step(signal);
    await settle();
    world.clock.advance(24 * HOUR);
    await step(signal);
    await settle();
    promise('swept', isNotHere(song.sector.root));
  });
  requireThat(!(await store.has(song.sector.root)), 'the song was not swept');
};

/** How deals and revisions end that a provider has signed. */
export const endings: Scenario<RestartedProvider> = {
  name: 'the end of deals',
  breaks: 'sectors',
  prepare: (folder) => createProviderFiles(folder, identity),
  run: (stage) => withProviderStage(stage, play),
  restart: (folder) => restartProvider(folder, identity),
  inspect: inspectProvider,
  close: closeProvider,
};

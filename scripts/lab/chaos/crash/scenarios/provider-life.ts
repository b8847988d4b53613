import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { settle } from '../../../../../test/support/worlds/provider-world.js';
import type { Content } from '../../../../../test/support/worlds/test-renter.js';
import type { Scenario, Stage } from '../scenario.js';
import {
  allNamedAreHere,
  closeProvider,
  createProviderFiles,
  inspectProvider,
  isEmptyFolder,
  isForgotten,
  isNotHere,
  isWaiting,
  restartProvider,
  type RestartedProvider,
} from './provider-restart.js';
import { film, identity, letter, photo, requireThat, signatureOf, song, withProviderStage, type ProviderStage } from './provider-stage.js';

const HOUR = 3_600_000;
const { signal } = new AbortController();

/** Flips a byte of the content on the disk, in whichever file it lies. */
const rot = async (folder: string, { bytes }: Content): Promise<void> => {
  for (const entry of readdirSync(join(folder, 'sectors'), { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const at = entry.isFile() ? readFileSync(path).indexOf(bytes.subarray(0, 256)) : -1;
    if (at < 0) continue;
    const handle = await open(path, 'r+');
    await handle.write(Buffer.from([(bytes[7] ?? 0) ^ 255]), 0, 1, at + 7);
    await handle.sync();
    await handle.close();
    return;
  }
  throw new Error('the content is nowhere');
};

const play = async (stage: Stage, bob: ProviderStage): Promise<void> => {
  const { folder, during, promise, release } = stage;
  const { world, service, store, journal } = bob;
  const alice = await bob.renter('alice');

  await bob.upload(alice, letter, photo);
  await bob.sign(alice, { remove: [], append: [letter.sector, photo.sector] });
  await during('prove and commit', () => bob.live(2, 10));
  await bob.requireProven(2);
  requireThat((await world.ownerChain.deal(alice.deal))?.number === 1n, 'the revision was not committed');

  await bob.read(alice, letter);
  await during('redeem', () => bob.live(3, 30));
  requireThat(await bob.happened('VoucherRedeemed'), 'the voucher was not redeemed');
  await bob.requireProven(3);

  await during('answer a challenge', async () => {
    await alice.chain.submit({ kind: 'challenge', deal: alice.deal });
    await bob.live(4, 30);
  });
  requireThat(await bob.happened('ChallengeAnswered'), 'the challenge was not answered');
  await bob.requireProven(4);

  promise('what is named is here', allNamedAreHere(new Set([letter.sector.root])));
  release(`upload ${letter.sector.root}`);
  await rot(folder, letter);
  await during('scrub', async () => {
    await world.provider.scrub(signal);
    promise('moved aside', async ({ store: kept }: RestartedProvider) =>
      (await kept.has(letter.sector.root)) ? 'a rotten sector is back in its place' : undefined,
    );
  });
  release('moved aside');
  await during('heal', async () => {
    await alice.upload(service, letter);
    promise('what is named is here', allNamedAreHere());
    promise(`upload ${letter.sector.root}`, isWaiting(alice.deal, letter.sector));
    promise('nothing aside', isEmptyFolder(join('sectors', 'rotten')));
  });

  await bob.upload(alice, film);
  await bob.sign(alice, { remove: [0], append: [film.sector] });
  await during('prove and commit', () => bob.live(5, 2));
  release(`upload ${letter.sector.root}`);
  release(signatureOf(alice, 1n));
  await during('prune', async () => {
    await bob.live(7, 10);
    promise('pruned', isForgotten(alice.deal, 1n));
    promise('deleted', isNotHere(letter.sector.root));
  });
  await bob.requireProven(7);
  requireThat((await journal.deal(alice.deal))?.revisions.length === 1, 'the first revision was not pruned');
  requireThat(!(await store.has(letter.sector.root)), 'the letter was not deleted');

  await bob.upload(alice, song);
  release(`upload ${song.sector.root}`);
  await during('drop what waits', async () => {
    world.clock.advance(6 * HOUR);
    await world.provider.step(signal);
    await settle();
    promise('dropped and deleted', isNotHere(song.sector.root));
    promise('dropped', async ({ journal: kept }: RestartedProvider) =>
      (await kept.pendingSectors(alice.deal)) === 0 ? undefined : 'the row came back',
    );
  });
  requireThat(!(await store.has(song.sector.root)), 'the song was not deleted');
};

/** A provider with one renter, from the first sector to what is no longer needed. */
export const providerLife: Scenario<RestartedProvider> = {
  name: "a provider's life",
  breaks: 'sectors',
  prepare: (folder) => createProviderFiles(folder, identity),
  run: (stage) => withProviderStage(stage, play),
  restart: (folder) => restartProvider(folder, identity),
  inspect: inspectProvider,
  close: closeProvider,
};

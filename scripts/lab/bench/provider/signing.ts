import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { signerOf } from '../../../../node/core/keys/signing.js';
import type { Signer } from '../../../../node/ports/world.js';
import { measure } from '../reads/reads.js';
import { figureOf, type Figure } from './figure.js';
import { BENCH_PRICE, randomHash, smallContents } from './stage.js';
import { openHoldings, type DealSize } from './holdings.js';

/** Bytes of a row batch and of a line of signed numbers. */
const WRITES = [4_096, 128];

/** What a signature costs in any case: two records that are synced, one signature checked and one made. */
const bareSignature = async (folder: string, signer: Signer, times: number) => {
  await using stack = new AsyncDisposableStack();
  const files = [stack.use(await open(join(folder, 'rows'), 'w')), stack.use(await open(join(folder, 'numbers'), 'w'))];
  const written = await measure(times, async () => {
    for (const [at, file] of files.entries()) {
      await file.write(randomBytes(WRITES[at] as number));
      await file.datasync();
    }
  });
  const signed = await measure(times, async () => {
    const digest = randomHash();
    signerOf(digest, await signer.sign(digest));
  });
  return { 'written and synced': written.median, signed: signed.median };
};

/** Revisions that add one small sector, signed one after another. */
export const measureSigning = async (folder: string, size: DealSize, times: number): Promise<Figure> => {
  await using stage = await openHoldings(folder, size);
  const { world, renter } = stage;
  const { service } = world.provider;
  const signal = new AbortController().signal;
  const durations: number[] = [];
  for (const content of smallContents(times)) {
    await renter.upload(service, content);
    const request = await renter.request({ remove: [], append: [content.sector] }, { price: BENCH_PRICE });
    const authorization = await renter.authorization();
    const { median } = await measure(1, () => service.signRevision(renter.peer, authorization, request, signal));
    durations.push(median);
    renter.sectors = [...renter.sectors, content.sector];
    renter.number = request.revision.number;
  }
  const median = durations.sort((a, b) => a - b)[times >> 1] as number;
  return figureOf({ ...size }, times, median, await bareSignature(folder, world.operator, times));
};

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { sectorRoot } from '../../../../node/core/data/merkle.js';
import { contentOf } from '../../../../test/support/worlds/test-renter.js';
import { timed, writeRaw } from '../store/store.js';
import { figureOf, type Figure } from './figure.js';
import { openStage } from './stage.js';

export interface IngestSize {
  readonly sectorBytes: number;
  readonly sectors: number;
  /** Uploads side by side. */
  readonly atOnce: number;
}

/** Sectors taken in as a provider does: admitted, hashed, stored and written down. */
export const measureIngest = async (folder: string, { sectorBytes, sectors, atOnce }: IngestSize): Promise<Figure> => {
  await using stage = await openStage(folder, { revisions: [], stored: [] });
  const { world, renter } = stage;
  const contents = Array.from({ length: sectors }, () => contentOf(new Uint8Array(randomBytes(sectorBytes))));
  const waiting = contents.values();
  const line = async (): Promise<void> => {
    for (const content of waiting) await renter.upload(world.provider.service, content);
  };
  const taken = await timed(() => Promise.all(Array.from({ length: atOnce }, line)));
  const raw = await timed(() =>
    writeRaw(
      join(folder, 'raw'),
      contents.map(({ bytes }) => bytes),
    ),
  );
  const hashed = await timed(async () => contents.forEach(({ bytes }) => sectorRoot(bytes)));
  const limits = { 'written and synced': raw / sectors, hashed: hashed / sectors };
  return figureOf({ sectorBytes, atOnce }, sectors, taken / sectors, limits);
};

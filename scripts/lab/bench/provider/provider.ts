import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureReads, type ReadFigures } from '../reads/reads.js';
import type { Figure } from './figure.js';
import type { DealSize } from './holdings.js';
import { measureIngest, type IngestSize } from './ingest.js';
import { thisMachine, type Machine } from './machine.js';
import { measureOpening, type OpeningSize } from './opening.js';
import { measureProving } from './proving.js';
import { measureSigning } from './signing.js';

/** How much is measured. */
export interface ProviderSizes {
  readonly ingest: readonly IngestSize[];
  /** What is signed for and proven. */
  readonly deals: readonly DealSize[];
  /** Signatures and proofs for each of them. */
  readonly times: number;
  readonly opening: readonly OpeningSize[];
  readonly reads: { readonly sectors: number; readonly times: number };
}

export const fullSizes: ProviderSizes = {
  ingest: [
    { sectorBytes: 4 << 20, sectors: 64, atOnce: 4 },
    { sectorBytes: 8 << 10, sectors: 4_000, atOnce: 64 },
  ],
  deals: [
    { sectors: 1, deals: 1 },
    { sectors: 1_000, deals: 1 },
    { sectors: 100_000, deals: 1 },
    { sectors: 1, deals: 16_384 },
  ],
  times: 25,
  opening: [{ deals: 1_000, sectors: 1_000 }],
  reads: { sectors: 256, times: 400 },
};

/** A minute's worth. */
export const shortSizes: ProviderSizes = {
  ingest: fullSizes.ingest.map((size) => ({ ...size, sectors: size.sectors >> 2 })),
  deals: [
    { sectors: 1, deals: 1 },
    { sectors: 1_000, deals: 1 },
    { sectors: 10_000, deals: 1 },
    { sectors: 1, deals: 1_024 },
  ],
  times: 9,
  opening: [{ deals: 100, sectors: 1_000 }],
  reads: { sectors: 16, times: 200 },
};

export const SECTIONS = ['ingest', 'signing', 'proving', 'opening', 'reads'] as const;
export type Section = (typeof SECTIONS)[number];

/** What `npm run bench -- provider` measures: those sections that were asked for. */
export interface ProviderFigures {
  readonly machine: Machine;
  readonly ingest?: readonly Figure[];
  readonly signing?: readonly Figure[];
  readonly proving?: readonly Figure[];
  readonly opening?: readonly Figure[];
  readonly reads?: ReadFigures;
}

/** Measures a provider on the disk of the temporary folder, each figure beside its limits. */
export const measureProvider = async (
  sections: readonly Section[],
  sizes: ProviderSizes,
  say: (line: string) => void,
): Promise<ProviderFigures> => {
  const each = async <Size extends object>(
    section: Section,
    all: readonly Size[],
    task: (folder: string, size: Size) => Promise<Figure>,
  ): Promise<Partial<Record<Section, Figure[]>>> => {
    if (!sections.includes(section)) return {};
    const figures: Figure[] = [];
    for (const size of all) {
      say(`${section}: ${JSON.stringify(size)}`);
      const folder = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
      figures.push(await task(folder, size).finally(() => rm(folder, { recursive: true, force: true })));
    }
    return { [section]: figures };
  };
  return {
    machine: thisMachine(),
    ...(await each('ingest', sizes.ingest, measureIngest)),
    ...(await each('signing', sizes.deals, (folder, size) => measureSigning(folder, size, sizes.times))),
    ...(await each('proving', sizes.deals, (folder, size) => measureProving(folder, size, sizes.times))),
    ...(await each('opening', sizes.opening, measureOpening)),
    ...(sections.includes('reads') && { reads: await measureReads(sizes.reads.sectors, say, sizes.reads.times) }),
  } as ProviderFigures;
};

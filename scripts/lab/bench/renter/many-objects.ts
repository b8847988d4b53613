import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createCatalogueFiles, openCatalogueFiles } from '../../../../node/storage/catalogue.js';
import { timedStart } from '../starts/one-start.js';
import { ENV, median, PROGRAM, rounded } from '../starts/starts.js';
import { benchIdentity } from '../store/store.js';
import { fillCatalogue } from './fill-catalogue.js';
import { makeFile, MIB, startParties } from './parties.js';
import type { RenterBench } from './shape.js';

/** What a renter of many objects waits for; medians. */
export interface ManyObjectsFigures {
  readonly objects: number;
  /** The command `holdfast ls` over all of them, a process of its own. */
  readonly list: { readonly seconds: number; readonly processor: number; readonly residentMebibytes: number };
  /** A file of 1 MiB put among few objects, and among all of them: seconds, and rows of the catalogue that were read or written. */
  readonly puts: readonly { readonly among: number; readonly seconds: number; readonly rows: number }[];
}

const OBJECTS = 100_000;
const FEW = 10;

const measureList = async (folder: string, turns: number): Promise<ManyObjectsFigures['list']> => {
  const home = join(folder, 'home');
  await mkdir(home);
  await createCatalogueFiles(join(home, 'catalogue'), benchIdentity);
  const catalogue = await openCatalogueFiles(join(home, 'catalogue'), benchIdentity);
  await fillCatalogue(catalogue, OBJECTS);
  await catalogue.close();
  const lists = [];
  for (let turn = 0; turn <= turns; turn++) {
    const list = await timedStart([PROGRAM, 'ls', '--recursive', '--home', home], ENV);
    if (list.code !== 0 || list.stdout.split('\n').length < OBJECTS)
      throw new Error(`ls ended with ${list.code}: ${list.stdout.slice(0, 200)}`);
    if (turn > 0) lists.push(list);
  }
  return {
    seconds: rounded(median(lists.map(({ seconds }) => seconds))),
    processor: rounded(median(lists.map(({ processor }) => processor))),
    residentMebibytes: Math.round(median(lists.map(({ residentBytes }) => residentBytes)) / MIB),
  };
};

const measurePuts = async (folder: string, { k, n, turns }: RenterBench): Promise<ManyObjectsFigures['puts']> => {
  await using stack = new AsyncDisposableStack();
  const { does } = await startParties(stack, folder, { k, n });
  /** Each time other bytes: what is stored already is not stored again. */
  const put = async () => does({ kind: 'put', bytes: MIB, path: await makeFile(folder, MIB) });
  await put();
  const puts: ManyObjectsFigures['puts'][number][] = [];
  let filled = 1;
  for (const among of [FEW, OBJECTS]) {
    await does({ kind: 'fill', objects: among - filled });
    filled = among;
    const took = [];
    for (let turn = 0; turn < turns; turn++) took.push(await put());
    puts.push({ among, seconds: rounded(median(took.map(({ seconds }) => seconds))), rows: median(took.map(({ rows }) => rows)) });
  }
  return puts;
};

export const measureManyObjects = async (folder: string, options: RenterBench): Promise<ManyObjectsFigures> => ({
  objects: OBJECTS,
  list: await measureList(folder, options.turns),
  puts: await measurePuts(folder, options),
});

/**
 * `npm run docs`: writes the pages that are made from sources. `npm run docs -- numbers` writes only the numbers behind the rules
 * and their figure, `npm run docs -- costs` only what it costs in gas and money, `npm run docs -- layout` only what lies where in
 * storage, `npm run docs -- metrics` only what a daemon counts; `npm run docs -- testnet` runs everything that docs/testnet.md shows, which takes minutes, and writes that page.
 */
import { writeFile } from 'node:fs/promises';
import { ERROR_PAGE, errorPage } from './dev/docs/error-page.js';
import { COSTS_PAGE, costsPage } from './dev/docs/costs/costs-page.js';
import { DETECTION_PLOT, detectionPlot } from './dev/docs/numbers/detection-plot.js';
import { METRICS_PAGE, metricsPage } from './dev/docs/metrics-page.js';
import { NUMBERS_PAGE, numbersPage } from './dev/docs/numbers/numbers-page.js';
import { STORAGE_PAGE, storagePage } from './dev/docs/storage/storage-page.js';
import { writeTestnetPage } from './dev/docs/testnet/write.js';

const root = process.cwd();

/** Pages that take a moment, by the word that asks for one alone. */
const pages: Readonly<Record<string, () => Promise<void>>> = {
  errors: async () => await writeFile(ERROR_PAGE, await errorPage(root)),
  numbers: async () => {
    await writeFile(NUMBERS_PAGE, await numbersPage(root));
    await writeFile(DETECTION_PLOT, detectionPlot());
  },
  costs: async () => await writeFile(COSTS_PAGE, await costsPage(root)),
  metrics: async () => await writeFile(METRICS_PAGE, await metricsPage(root)),
  layout: async () => await writeFile(STORAGE_PAGE, await storagePage(root)),
};

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
const [page] = process.argv.slice(2);
if (page === 'testnet') await writeTestnetPage(root, interruption.signal);
else if (page === undefined) for (const write of Object.values(pages)) await write();
else if (Object.hasOwn(pages, page)) await pages[page]?.();
else {
  console.error(`usage: npm run docs -- [${[...Object.keys(pages), 'testnet'].join('|')}]`);
  process.exitCode = 2;
}

/**
 * `npm run docs`: writes the pages that are made from sources. `npm run docs -- numbers` writes only the numbers behind the rules
 * and their figure; `npm run docs -- testnet` runs everything that docs/testnet.md shows, which takes minutes, and writes that page.
 */
import { writeFile } from 'node:fs/promises';
import { ERROR_PAGE, errorPage } from './docs/error-page.js';
import { DETECTION_PLOT, detectionPlot } from './docs/numbers/detection-plot.js';
import { NUMBERS_PAGE, numbersPage } from './docs/numbers/numbers-page.js';
import { writeTestnetPage } from './docs/testnet/write.js';

const writeNumbers = async (): Promise<void> => {
  await writeFile(NUMBERS_PAGE, await numbersPage(process.cwd()));
  await writeFile(DETECTION_PLOT, detectionPlot());
};

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
const [page] = process.argv.slice(2);
if (page === 'testnet') await writeTestnetPage(process.cwd(), interruption.signal);
else {
  if (page !== 'numbers') await writeFile(ERROR_PAGE, await errorPage(process.cwd()));
  await writeNumbers();
}

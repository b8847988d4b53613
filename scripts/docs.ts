/**
 * `npm run docs`: writes the pages that are made from sources. `npm run docs -- testnet` runs everything that docs/testnet.md
 * shows, which takes minutes, and writes that page.
 */
import { writeFile } from 'node:fs/promises';
import { ERROR_PAGE, errorPage } from './docs/error-page.js';
import { writeTestnetPage } from './docs/testnet/write.js';

const interruption = new AbortController();
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
if (process.argv[2] === 'testnet') await writeTestnetPage(process.cwd(), interruption.signal);
else await writeFile(ERROR_PAGE, await errorPage(process.cwd()));

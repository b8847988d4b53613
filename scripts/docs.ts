/** `npm run docs`: writes the pages that are made from sources. */
import { writeFile } from 'node:fs/promises';
import { ERROR_PAGE, errorPage } from './docs/error-page.js';

await writeFile(ERROR_PAGE, await errorPage(process.cwd()));

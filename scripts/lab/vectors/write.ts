// Writes test/vectors/*.json. A test regenerates them and compares.
import { mkdir, writeFile } from 'node:fs/promises';
import { vectorFiles } from './files.js';

await mkdir(new URL('../../../test/vectors/', import.meta.url), { recursive: true });
for (const { url, text } of await vectorFiles()) await writeFile(url, text);

import { randomBytes } from 'node:crypto';
import { hash } from '../../../../node/core/units.js';
import { openSectorFiles } from '../../../../node/storage/sector-files.js';
import { benchIdentity } from './store.js';

// Opens the store at a path and prints what it took: `opening-process.ts PATH`.

const [path = ''] = process.argv.slice(2);
const ASKED = 262_144;

const before = process.memoryUsage.rss();
const start = performance.now();
const store = await openSectorFiles({ path, identity: benchIdentity });
const milliseconds = Math.round(performance.now() - start);
const memory = Math.round((process.memoryUsage.rss() - before) / 2 ** 20);
const roots = Array.from({ length: ASKED }, () => hash(`0x${randomBytes(32).toString('hex')}`));
const asked = performance.now();
await store.absent(roots);
const absent = Math.round(performance.now() - asked);
await store.close();
process.stdout.write(JSON.stringify({ milliseconds, memory, absent }));

import { once } from 'node:events';
import { openSource } from '../../../node/app/files/open-source.js';
import { asCoded } from '../../../node/core/errors/coded.js';

/** Reads what is at the path given, until its end or SIGTERM, and says what it got. */
const [path = '', folder = ''] = process.argv.slice(2);
const stop = new AbortController();
void once(process, 'SIGTERM').then(() => stop.abort(new Error('stopped')));
const source = await openSource(path, 'stream', { folder });
try {
  console.log('opened');
  console.log(`read ${(await source.read(0, 1 << 20, stop.signal)).length} bytes`);
} catch (error) {
  console.log(asCoded(error).message);
} finally {
  await source.close?.();
}

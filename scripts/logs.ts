/** `… 2>&1 | npm run --silent logs`, `npm run --silent logs < FILE`: the JSON lines of a daemon's log, readable, one line each. */
import { createInterface } from 'node:readline';
import { readableLine } from './dev/logs/readable-line.js';

// Ctrl-C is for the daemon: what it says while it stops is still shown.
process.on('SIGINT', () => undefined);
for await (const line of createInterface({ input: process.stdin })) console.log(readableLine(line));

#!/usr/bin/env node
/**
 * Makes a checkout ready to run: installs what package-lock.json names, then builds. Plain JavaScript without dependencies,
 * for Node 20 on, since nothing is installed yet. Runs before `npm start`, `npm test` and `npm run check`; a second run
 * finds the stamps of the first and takes a moment.
 */
import { build } from './dev/setup/build.mjs';
import { install } from './dev/setup/install.mjs';
import { SetupError } from './dev/setup/setup-error.mjs';
import { withLock } from './dev/setup/lock.mjs';

const OLDEST_NODE = 20;

try {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new SetupError(
      `Node ${process.versions.node} is too old`,
      `Install Node ${OLDEST_NODE} or newer from https://nodejs.org and run this again.`,
    );
  }
  await withLock('.setup.lock', async () => {
    await install();
    await build();
  });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`\nSet-up failed: ${error.message}.\n${error.remedy}`);
  process.exitCode = 1;
}

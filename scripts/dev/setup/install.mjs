import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { SetupError } from './setup-error.mjs';
import { digestOf, stamp } from './stamp.mjs';

/** Oldest Node under which npm installs Hardhat's native binding (its package says so; npm skips it without a word). */
const NATIVE_NODE = 22;

const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|ENETUNREACH|EHOSTUNREACH|FETCH_ERROR|ENOTCACHED)\b/;

/** Installs what package-lock.json names, unless the stamp says that this was done, for this Node and platform. */
export const install = async () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const major = devDependencies.node.split('.')[0];
  const finished = stamp(
    'node_modules/.holdfast-installed',
    [digestOf(['package-lock.json']), `node ${major}`, process.platform, process.arch].join('\n'),
  );
  if (finished.isCurrent()) return;

  console.log('Installing dependencies (a minute or two the first time) …');
  finished.remove();
  const direct = Number(process.versions.node.split('.')[0]) >= NATIVE_NODE;
  const { code, output } = direct
    ? await run('npm', ['ci', '--no-audit', '--no-fund'])
    : await run('npx', ['-y', '-p', `node@${major}`, '--', 'npm', 'ci', '--no-audit', '--no-fund']);
  if (code !== 0) throw explain(output);
  const version = await run('node', ['--version']);
  if (!version.output.startsWith(`v${major}.`)) {
    throw new SetupError(
      `the project's own Node ${major} was not installed`,
      'Its install script may be forbidden: run `npm config get ignore-scripts`, which should say false.',
    );
  }
  finished.write();
};

const explain = (output) => {
  const tail = output
    .split('\n')
    .filter((line) => /^npm (error|ERR!) \S/.test(line))
    .slice(0, 12)
    .join('\n');
  if (UNREACHABLE.test(output)) {
    return new SetupError(
      `the npm registry cannot be reached\n\n${tail}\n`,
      'Check the network, a proxy, and `npm config get registry`; then run the same command again.',
    );
  }
  if (/\bENOSPC\b/.test(output)) return new SetupError('the disk is full', 'Free about 2 GB and run the same command again.');
  return new SetupError(`npm could not install the dependencies\n\n${tail}\n`, 'Run the same command again; what npm wrote is above.');
};

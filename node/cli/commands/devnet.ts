import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { delimiter } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { count } from '../amounts.js';
import type { CommandSpec } from '../command.js';

/** The devnet's program, which a checkout has and the installed package has not. */
const PROGRAM = fileURLToPath(new URL('../../../scripts/devnet.ts', import.meta.url));

/** Commands of the checkout's own packages: Node as its scripts need it is among them, whichever runs this. */
const OWN_COMMANDS = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

/** The environment of a script of the checkout: `node` is the checkout's. */
export const scriptEnvironment = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...env,
  PATH: [OWN_COMMANDS, env['PATH']].filter((part) => part !== undefined).join(delimiter),
});

/** As `scripts/devnet.ts` takes them: a shard for each of six, and one to spare. */
const LEAST = 7;
const MOST = 64;

export const command: CommandSpec = {
  options: [
    { flags: '--providers <count>', description: `provider daemons, ${LEAST} to ${MOST} (default: ${LEAST}): a file takes one less` },
  ],
  standsAlone: true,
  examples: ['holdfast devnet', 'holdfast devnet --providers 10'],
  run: async (call) => {
    const providers = call.options.parsed('providers', ...count(LEAST, MOST)) ?? LEAST;
    if (!existsSync(PROGRAM)) throw new HoldfastError('DEVNET_NEEDS_CHECKOUT', {});
    const words = ['--import', 'tsx', PROGRAM, '--providers', String(providers)];
    const child = spawn('node', words, {
      env: scriptEnvironment(),
      stdio: ['ignore', call.terminal.json ? 'ignore' : 'inherit', 'inherit'],
    });
    call.signal.addEventListener('abort', () => child.kill('SIGTERM'));
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new HoldfastError('DEVNET_FAILED', { code: String(code) });
    return { text: ['The devnet is gone.'], json: { stopped: true } };
  },
};

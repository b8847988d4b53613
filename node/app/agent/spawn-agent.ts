import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { toHex } from '../../core/data/bytes.js';
import { HoldfastError } from '../../core/errors/holdfast-error.js';
import { unlessAborted } from '../../core/tasks/waiting.js';
import { addressOf } from '../../core/keys/signing.js';
import { lockAgent } from './lock-agent.js';
import { isPrivate } from './private-path.js';
import { agentOrder, agentSocketIn, READY } from './protocol.js';

const MAIN = fileURLToPath(new URL('./main.js', import.meta.url));

/** Becomes the program that follows, without a file of its memory where it crashes. */
const WITHOUT_CORE = 'ulimit -c 0 && exec "$@"';

/** Node's own options, but those that would let a debugger in: that is behind a port, and open to every user of the machine. */
const loaders = (): readonly string[] => process.execArgv.filter((option) => !option.startsWith('--inspect'));

/** The socket of the agent of `folder`. AGENT_UNSAFE where others could open it. */
const socketFor = async (folder: string): Promise<string> => {
  const path = agentSocketIn(folder);
  if (path === undefined) throw new HoldfastError('AGENT_UNSAFE', { folder, problem: 'its path is too long for a socket' });
  if (!(await isPrivate(folder, 'folder'))) throw new HoldfastError('AGENT_UNSAFE', { folder, problem: 'others may enter it' });
  return path;
};

/**
 * Starts a process that holds `key` until `until` (milliseconds since 1970), and goes on without this one; an earlier agent of the folder
 * ends. Resolves to its id once it answers. AGENT_UNSAFE, AGENT_FAILED.
 */
export const spawnAgent = async (folder: string, key: Uint8Array, until: number, signal: AbortSignal): Promise<number> => {
  const path = await socketFor(folder);
  await lockAgent(folder);
  const child = spawn('/bin/sh', ['-c', WITHOUT_CORE, 'sh', process.execPath, ...loaders(), MAIN], {
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {},
  });
  const { stdin, stdout } = child;
  try {
    stdin.on('error', () => undefined);
    const began = Promise.race([
      once(stdout, 'data'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${String(code)}`))),
    ]);
    stdin.end(JSON.stringify(agentOrder.parse({ path, address: addressOf(key), key: toHex(key), until })));
    const [said] = (await unlessAborted(began, signal)) as [Buffer];
    if (said.toString() !== READY) throw new Error('it said something else than that it is ready');
    return child.pid ?? 0;
  } catch (cause) {
    child.kill();
    signal.throwIfAborted();
    throw new HoldfastError('AGENT_FAILED', { reason: cause instanceof Error ? cause.message : 'for no known reason' }, { cause });
  } finally {
    stdin.destroy();
    stdout.destroy();
    child.unref();
  }
};

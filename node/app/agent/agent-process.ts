import { text } from 'node:stream/consumers';
import { fromHex } from '../../core/data/bytes.js';
import { startAgent } from './agent.js';
import { agentOrder, READY } from './protocol.js';

/** The whole life of the agent's process. */
export const runAgentProcess = async (): Promise<void> => {
  const stop = new AbortController();
  // The last one would have Node open a port for debuggers, to every user of the machine.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1'] as const) process.once(signal, () => stop.abort());
  const { path, address, key, until } = agentOrder.parse(JSON.parse(await text(process.stdin)));
  const clocks = { now: Date.now, elapsed: () => performance.now() };
  const { ended } = await startAgent({ path, address, key: fromHex(key), until, ...clocks, signal: stop.signal });
  process.stdout.on('error', () => undefined).write(READY);
  process.chdir('/');
  await ended;
};

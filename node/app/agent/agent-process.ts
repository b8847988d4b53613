import { text } from 'node:stream/consumers';
import { fromHex } from '../../core/data/bytes.js';
import { startAgent } from './agent.js';
import { agentOrder, READY } from './protocol.js';

/** The whole life of the agent's process. */
export const runAgentProcess = async (): Promise<void> => {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
  const { path, address, key, until } = agentOrder.parse(JSON.parse(await text(process.stdin)));
  const { ended } = await startAgent({ path, address, key: fromHex(key), until, now: Date.now, signal: stop.signal });
  process.stdout.on('error', () => undefined).write(READY);
  process.chdir('/');
  await ended;
};

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startAgent } from '../../../node/app/agent/agent.js';
import { askAgent } from '../../../node/app/agent/ask-agent.js';
import { addressOf } from '../../../node/core/keys/signing.js';
import { withDirectory } from '../../support/temporary-directory.js';

/** A private folder for a socket. */
export const withFolder = (task: (folder: string, path: string) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const folder = join(directory, 'keys');
    await mkdir(folder, { mode: 0o700 });
    await task(folder, join(folder, 'agent.sock'));
  });

/** Private key of Alice. */
export const aliceKey = (): Uint8Array => new Uint8Array(32).fill(7);
export const alice = addressOf(aliceKey());

/** An agent that holds {@link aliceKey} in this process for a second, whose clocks are `time`; `stop` ends it. */
export const agentIn = async (path: string) => {
  const [stop, time, held] = [new AbortController(), { now: 1_000, elapsed: 0 }, aliceKey()];
  const clocks = { now: () => time.now, elapsed: () => time.elapsed };
  const { ended } = await startAgent({ path, address: alice, key: held, until: 2_000, ...clocks, signal: stop.signal });
  return { stop, time, held, ended };
};

type Task = (agent: Awaited<ReturnType<typeof agentIn>> & { folder: string; path: string }) => Promise<void>;

/** The same agent in a folder of its own, ended after `task`. */
export const withAgent = (task: Task): Promise<void> =>
  withFolder(async (folder, path) => {
    const agent = await agentIn(path);
    try {
      await task({ ...agent, folder, path });
    } finally {
      agent.stop.abort();
      await agent.ended;
    }
  });

/** Waits until nobody answers. */
export const silence = async (folder: string): Promise<void> => {
  while ((await askAgent(folder, 'until')) !== undefined) await new Promise((resolve) => setTimeout(resolve, 20));
};

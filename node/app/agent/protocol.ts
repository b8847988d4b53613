import { join } from 'node:path';
import { z } from 'zod/v4';
import { addressText } from '../../disk/unit-schemas.js';

/** What is said to the process that holds an unlocked wallet: one line of JSON each way, then the connection ends. */

/** Most bytes of a line, its end included. */
export const LINE_CAP = 512;
/** Time that a connection has for its line, milliseconds. */
export const LINE_MILLISECONDS = 2_000;

/** Most bytes of a socket's path: 103 on every system that has them, less what a name has that is not yet the last. */
const PATH_CAP = 94;

/** Where the agent of a folder of keys listens; undefined where a socket cannot have so long a path. */
export const agentSocketIn = (folder: string): string | undefined => {
  const path = join(folder, 'agent.sock');
  return Buffer.byteLength(path) > PATH_CAP ? undefined : path;
};

export const request = z.strictObject({
  holdfastAgent: z.literal(1),
  /** The wallet's key; how long it is held; or to hold it no longer. */
  ask: z.enum(['key', 'until', 'lock']),
});
export type AgentRequest = z.infer<typeof request>;

export const answer = z.strictObject({
  holdfastAgent: z.literal(1),
  /** The wallet whose key is held. */
  address: addressText,
  /** When it is forgotten, milliseconds since 1970. */
  until: z.int().min(0),
  key: z
    .string()
    .regex(/^0x[0-9a-f]{64}$/)
    .optional(),
});
export type AgentAnswer = z.infer<typeof answer>;

/** What an agent's process is started with, on its standard input: nothing of it is seen among the arguments of processes. */
export const agentOrder = z.strictObject({
  path: z.string(),
  address: addressText,
  key: z.string(),
  until: z.int(),
});

/** What it says on standard output once it listens. */
export const READY = 'ready\n';

export const lineOf = (said: AgentRequest | AgentAnswer): string => `${JSON.stringify(said)}\n`;

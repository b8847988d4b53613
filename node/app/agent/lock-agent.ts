import { lstat } from 'node:fs/promises';
import { removeDurably } from '../../disk/durable-file.js';
import type { Address } from '../../core/units.js';
import { askAgent } from './ask-agent.js';
import { agentSocketIn } from './protocol.js';

/** What became of what a folder of keys had unlocked. */
export interface Locked {
  /** The wallet that was held, where its agent said so. */
  readonly address?: Address;
  /** Whether a socket was left by which nobody answered: it is removed, and an agent that has none ends by itself. */
  readonly unanswered: boolean;
}

/** Has the agent of a folder of keys end: it is told to, and loses its socket, which it does not outlive where it does not answer. */
export const lockAgent = async (folder: string): Promise<Locked> => {
  const said = await askAgent(folder, 'lock');
  const path = agentSocketIn(folder);
  const found = path === undefined ? undefined : await lstat(path).catch(() => undefined);
  const isThere = path !== undefined && found?.isSocket() === true;
  if (isThere) await removeDurably(path);
  return said === undefined ? { unanswered: isThere } : { address: said.address, unanswered: false };
};

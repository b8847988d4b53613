import { connect } from 'node:net';
import { once } from 'node:events';
import { fromHex } from '../../core/data/bytes.js';
import { addressOf } from '../../core/keys/signing.js';
import type { Address } from '../../core/units.js';
import { agentSocketIn, answer, lineOf, type AgentAnswer, type AgentRequest } from './protocol.js';
import { isPrivateSocket } from './private-path.js';
import { readLine } from './read-line.js';

/**
 * What the agent of a folder of keys answers; undefined if none does, or not as one should. A socket that others may open, or that is
 * somebody else's, is not spoken to.
 */
export const askAgent = async (folder: string, ask: AgentRequest['ask']): Promise<AgentAnswer | undefined> => {
  const path = agentSocketIn(folder);
  if (path === undefined || !(await isPrivateSocket(path))) return undefined;
  const socket = connect(path);
  try {
    const said = readLine(socket);
    await once(socket, 'connect');
    socket.write(lineOf({ holdfastAgent: 1, ask }));
    return answer.parse(JSON.parse((await said) ?? ''));
  } catch {
    // No agent, or none that is to be believed: the password opens the same key.
    return undefined;
  } finally {
    socket.destroy();
  }
};

/** The key of `account` that the agent holds, 32 bytes; undefined if it does not. */
export const heldKey = async (folder: string, account: Address): Promise<Uint8Array | undefined> => {
  const said = await askAgent(folder, 'key');
  if (said?.key === undefined || said.address !== account) return undefined;
  const key = fromHex(said.key);
  try {
    return addressOf(key) === account ? key : undefined;
  } catch {
    return undefined;
  }
};

import type { Locked } from '../../app/agent/lock-agent.js';
import { foldersOf } from '../../app/settings/folders.js';
import type { CommandSpec } from '../command.js';

/** What a person is told. */
const lockedLine = ({ address, unanswered }: Locked): string => {
  if (address !== undefined) return `Wallet ${address} is locked: commands ask for its password again.`;
  if (!unanswered) return 'Nothing was unlocked.';
  return 'Nobody answered at the socket that was left. It is removed: commands ask for the password again, and what may still hold the wallet ends.';
};

export const command: CommandSpec = {
  examples: ['holdfast lock'],
  run: async (call) => {
    const { lockAgent } = await import('../../app/agent/lock-agent.js');
    const locked = await lockAgent(foldersOf(await call.settings()).keys);
    const { address, unanswered } = locked;
    return { text: [lockedLine(locked)], json: { locked: address !== undefined, address: address ?? null, unanswered } };
  },
};

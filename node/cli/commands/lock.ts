import { foldersOf } from '../../app/settings/folders.js';
import type { CommandSpec } from '../command.js';

export const command: CommandSpec = {
  examples: ['holdfast lock'],
  run: async (call) => {
    const { askAgent } = await import('../../app/agent/ask-agent.js');
    const held = await askAgent(foldersOf(await call.settings()).keys, 'lock');
    return {
      text: [held === undefined ? 'Nothing was unlocked.' : `Wallet ${held.address} is locked: commands ask for its password again.`],
      json: { locked: held !== undefined, address: held?.address ?? null },
    };
  },
};

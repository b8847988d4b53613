import type { CommandSpec } from '../../command.js';
import { withdrawCredit } from '../submission.js';

export const command: CommandSpec = {
  arguments: [{ flags: '[amount]', description: 'tokens; all credit if left out' }],
  options: [{ flags: '--to <address>', description: 'where to pay; the wallet itself if left out' }],
  examples: ['holdfast deals withdraw', 'holdfast deals withdraw 3 --to 0x52908400098527886E0F7030069857D2E4169EE7'],
  run: withdrawCredit,
};

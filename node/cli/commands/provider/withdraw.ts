import type { CommandSpec } from '../../command.js';
import { withdrawal } from '../submission.js';

export const command: CommandSpec = {
  ...withdrawal,
  examples: ['holdfast provider withdraw', 'holdfast provider withdraw 12.5 --to 0x52908400098527886E0F7030069857D2E4169EE7'],
};

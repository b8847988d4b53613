import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Call } from '../command.js';

/** Has a person agree to what cannot be undone. NOT_CONFIRMED for any answer but "yes", and where nobody can be asked and there is no `--yes`. */
export const requireYes = async ({ options, terminal, prompt }: Call, question: string, what: string): Promise<void> => {
  if (options.flag('yes')) return;
  const isAsked = prompt.interactive && !terminal.json;
  if (!isAsked || (await prompt.ask(`${question} (yes or no)`)) !== 'yes') throw new HoldfastError('NOT_CONFIRMED', { what });
};

import { HoldfastError } from '../core/errors/holdfast-error.js';
import type { Call, ParameterSpec } from './command.js';

/** Option of every command that asks before it spends, ends or deletes something. */
export const yesOption: ParameterSpec = {
  flags: '--yes',
  description: 'do not ask; needed where nobody can be asked: without a terminal, and with --json',
};

/** What is asked, once it was said what it comes to. */
export interface Question {
  /** A sentence without its mark: "Store this and pay 3 HOLD into escrow". */
  readonly ask: string;
  /** What does not happen unless it is agreed to, as a noun: "paying 3 HOLD into escrow". */
  readonly what: string;
  /** What agrees to it on the command line. Default: `--yes`. */
  readonly options?: string;
}

/**
 * Goes on only where somebody agrees: by `--yes`, or by typing yes on a terminal. CONFIRMATION_NEEDED where nobody can be asked; DECLINED for every
 * other answer.
 */
export const requireYes = async (
  call: Pick<Call, 'prompt' | 'terminal' | 'options'>,
  { ask, what, options = '--yes' }: Question,
): Promise<void> => {
  const { prompt, terminal } = call;
  if (call.options.flag('yes')) return;
  if (terminal.json || !prompt.interactive) throw new HoldfastError('CONFIRMATION_NEEDED', { what, options });
  if (!/^y(es)?$/i.test(await prompt.ask(`${ask}? (yes or no) [no]`))) throw new HoldfastError('DECLINED', { what });
};

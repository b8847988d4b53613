import { systemClock } from '../../app/clock.js';
import { countText, showTokens } from '../../core/amount-text.js';
import type { RenterEvent } from '../../renter/events.js';
import { showSize } from '../amounts.js';
import type { Progress, Terminal } from '../terminal.js';
import { failureLine } from './failure-lines.js';
import { quoteLines } from './quote-lines.js';

/** Shows a renter's events as lines and progress bars. Call `end` when the task is over. */
export const narrate = (terminal: Terminal): { readonly report: (event: RenterEvent) => void; readonly end: () => void } => {
  let bar: { readonly kind: string; readonly progress: Progress } | undefined;
  const end = (): void => {
    bar?.progress.end();
    bar = undefined;
  };
  const move = (kind: string, label: string, done: number, total: number, amount?: typeof showSize): void => {
    if (bar?.kind !== kind) {
      end();
      bar = { kind, progress: terminal.progress(label, total, amount) };
    }
    bar.progress.to(done);
  };
  const say = (line: string): void => {
    end();
    terminal.say(line);
  };
  const report = (event: RenterEvent): void => {
    switch (event.kind) {
      case 'hashed':
      case 'healed':
      case 'renewed':
      case 'recovered':
      case 'verified':
        return;
      case 'quoted':
        quoteLines(event.quote, systemClock.now()).forEach(say);
        return;
      case 'rose':
        say(`  ${event.provider} asks more now than it was quoted with: ${showTokens(event.asked)} instead of ${showTokens(event.quoted)}`);
        return;
      case 'opened':
        say(`  deal ${event.deal} opened at ${event.provider}, ${showTokens(event.escrow)} in escrow`);
        return;
      case 'uploaded':
        if (event.total !== undefined) move('uploaded', 'sending', event.bytes, event.total, showSize);
        return;
      case 'signed':
        say(`  ${event.provider} signed revision ${event.number}`);
        return;
      case 'committed':
        say(`  revision ${event.number} at ${event.provider} is on chain`);
        return;
      case 'bond':
        say(
          `  the bond is ${showTokens(event.bond)}: half is burnt and half goes to ${event.provider} if it answers, all comes back if not`,
        );
        return;
      case 'found':
        say(`  ${countText(event.deals, 'deal')} of this wallet ${event.deals === 1 ? 'stores' : 'store'} something`);
        return;
      case 'looked':
        move('looked', 'reading the catalogue', event.deals, event.total);
        return;
      case 'failed':
        say(failureLine(event.failure));
        return;
      case 'downloaded':
        move('downloaded', 'fetching', event.bytes, event.total, showSize);
        return;
    }
  };
  return { report, end };
};

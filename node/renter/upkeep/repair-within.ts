import { isHoldfastError } from '../../core/errors/holdfast-error.js';
import { wei, type DealId, type Period, type Wei } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { RenterEvent } from '../events.js';
import type { RepairOptions } from '../repair/repair-options.js';
import { repairObjects, type RepairOutcome, type RepairResult } from '../repair/repair.js';
import { createTill } from './till.js';

export interface RepairWithinOptions extends Omit<RepairOptions, 'confirm' | 'counting' | 'eachForItself'> {
  /** Most token wei to be paid into new deals, with what else was spent within 30 days. */
  readonly budget: Wei;
  /** Probes in a row after which a provider that refuses has lost what it should hold. */
  readonly probes: number;
  /** Deals whose providers did not take what was made anew for them, and what they said. */
  readonly refusing?: ReadonlyMap<DealId, string> | undefined;
  /** Of a dry run, the deals that would be renewed before, and their new ends. */
  readonly renewed?: ReadonlyMap<DealId, Period> | undefined;
  /** Decides and quotes, and moves nothing. */
  readonly dryRun?: boolean | undefined;
}

/** What became of one object, and what its new deals were paid, token wei; of a dry run, what they would be. */
export interface RepairWithinOutcome extends RepairOutcome {
  readonly escrow: Wei;
}

export interface RepairWithinResult extends Omit<RepairResult, 'outcomes'> {
  /** False of a dry run. */
  readonly performed: boolean;
  readonly outcomes: readonly RepairWithinOutcome[];
  /** Token wei that new deals were paid; of a dry run, that they would be. */
  readonly escrow: Wei;
}

/** Of a dry run, an object that would be moved; of any other, what became of it. */
const outcomeOf = ({ error, ...outcome }: RepairOutcome, dryRun: boolean): RepairWithinOutcome => {
  if (dryRun && isHoldfastError(error, 'QUOTE_DECLINED')) return { ...outcome, escrow: wei(error.data.escrow) };
  return { ...outcome, ...(error && { error }), escrow: wei(0n) };
};

/**
 * Repairs every stored object that needs it, each for itself, with new deals paid out of a budget: recorded before they are opened, so that a run
 * that is killed counts too much rather than too little, and so does one whose deal may be on its way. What is not in the budget is told (BUDGET_TOO_SMALL), and what needs the wallet
 * (WALLET_NEEDED).
 */
export const repairWithin = async (context: RenterContext, options: RepairWithinOptions): Promise<RepairWithinResult> => {
  const { probes, refusing, renewed, dryRun = false, report } = options;
  const till = createTill(context, { ...options, id: `repair at ${context.clock.now()}`, what: 'opening a deal for what was lost' });
  const hear = (event: RenterEvent): void => {
    till.hear(event);
    report?.(event);
  };
  const counting = { probes, refusing, dryRun, renewed };
  try {
    const result = await repairObjects(context, { ...options, report: hear, confirm: till.confirm, counting, eachForItself: true });
    const outcomes = result.outcomes.map((outcome) => outcomeOf(outcome, dryRun));
    const planned = outcomes.reduce((sum, { escrow }) => sum + escrow, 0n);
    return { ...result, performed: !dryRun, outcomes, escrow: dryRun ? wei(planned) : till.opened };
  } finally {
    await till.settle();
  }
};

import { HoldfastError } from '../../core/errors/holdfast-error.js';
import type { Address } from '../../core/units.js';
import type { RenterContext } from '../context.js';
import type { FailureList } from '../failure-list.js';
import type { SpacePlan } from './quote.js';

/** What was heard of providers during one task. Who failed or declined is not asked again. */
export interface Answers {
  readonly failures: FailureList;
  /** Who takes no data of this size, and how it said so. */
  readonly declined: Map<Address, string>;
}

/** A deal that is there, or a provider to open one with. */
interface Home {
  readonly provider: Address;
}

interface AskOptions {
  readonly plan: SpacePlan;
  /** Whether a deal is to be opened. One that is there is past the provider's least size, and its connection is kept. */
  readonly opens: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Whether the provider, asked itself, still takes the data. */
const agrees = async (context: RenterContext, { provider }: Home, { plan, opens, signal }: AskOptions): Promise<boolean> => {
  const link = await context.links.to(provider, signal);
  const terms = await link.terms(signal);
  if (terms.provider !== provider) throw new HoldfastError('UNKNOWN_PROVIDER', { provider: terms.provider });
  return plan.leaves <= terms.freeLeaves && (!opens || (terms.freeDeals > 0 && plan.leaves >= terms.minLeaves));
};

/** The first `count` of those that `take` gives that agree; as many are asked at once as are still needed. */
export const askHomes = async <Asked extends Home>(
  context: RenterContext,
  take: (count: number) => Promise<readonly Asked[]>,
  count: number,
  { failures, declined }: Answers,
  options: AskOptions,
): Promise<Asked[]> => {
  const ask = async (home: Asked): Promise<boolean> => {
    try {
      if (await agrees(context, home, options)) return true;
      declined.set(home.provider, 'takes no data of this size now');
      if (options.opens) context.links.drop(home.provider);
    } catch (error) {
      options.signal?.throwIfAborted();
      context.links.drop(home.provider);
      failures.add(home.provider, error);
    }
    return false;
  };
  const agreed: Asked[] = [];
  while (agreed.length < count) {
    const asked = await take(count - agreed.length);
    if (asked.length === 0) break;
    const answers = await Promise.all(asked.map(ask));
    agreed.push(...asked.filter((_, index) => answers[index]));
  }
  return agreed;
};

/** Providers named one by one in a message. */
const NAMED = 8;

/** Who does not take the data and why, in one line: some by name, the others by number. */
export const reasonsText = ({ failures, declined }: Answers, unfit: ReadonlyMap<Address, string>): string => {
  const refused = [...new Map([...unfit, ...declined])];
  const others = new Map<string, number>();
  for (const [, reason] of refused.slice(NAMED)) others.set(reason, (others.get(reason) ?? 0) + 1);
  const named = refused.slice(0, NAMED).map(([provider, reason]) => `${provider} ${reason}`);
  const counted = Array.from(others, ([reason, providers]) => `${reason}: ${providers} more`);
  return [...named, ...counted, ...(failures.text === '' ? [] : [failures.text])].join(', ');
};

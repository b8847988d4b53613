import type { ChainEvent, ChainFacts } from './chain-facts.js';

/** The part of a summary that the chain alone decides, with amounts as decimal text. */
export interface Totals {
  readonly audits: { readonly proved: number; readonly provedBeforeKill: number; readonly missed: number; readonly missedByKilled: number };
  readonly rentPaid: string;
  readonly egressPaid: string;
  readonly slashed: string;
  readonly burnt: string;
  readonly compensated: string;
  readonly bounty: string;
  readonly collateralPaid: string;
  readonly challenges: {
    readonly answered: number;
    readonly expired: number;
    readonly bonds: { readonly paid: string; readonly burnt: string; readonly toProviders: string; readonly returned: string };
  };
  readonly gas: { readonly open: string; readonly commit: string; readonly prove: string; readonly close: string };
}

/** Recomputes the totals from `events`. */
export const totalsOf = async (
  facts: ChainFacts,
  events: readonly ChainEvent[],
  killed: { readonly provider: string; readonly lastProven: number },
): Promise<Totals> => {
  const named = (name: string): readonly ChainEvent[] => events.filter((event) => event.name === name);
  const total = (name: string, ...keys: readonly string[]): bigint =>
    named(name).reduce((sum, { args }) => keys.reduce((inner, key) => inner + (args[key] as bigint), sum), 0n);
  const isKilled = ({ args }: ChainEvent): boolean => String(args['provider']).toLowerCase() === killed.provider.toLowerCase();
  const gas = async (name: string): Promise<string> => {
    let most = 0n;
    for (const transaction of new Set(named(name).map((event) => event.transaction))) {
      const used = await facts.gasUsed(transaction);
      if (used > most) most = used;
    }
    return most.toString();
  };
  // R8: half to the provider, rounded down, the rest burnt.
  const halves = named('ChallengeAnswered').reduce((sum, { args }) => sum + (args['bond'] as bigint) / 2n, 0n);
  const dust = total('Defaulted', 'burnt');
  return {
    audits: {
      proved: named('Proven').length,
      provedBeforeKill: named('Proven').filter(({ args }) => Number(args['period']) <= killed.lastProven).length,
      missed: named('Missed').length,
      missedByKilled: named('Missed').filter(isKilled).length,
    },
    rentPaid: total('DealSettled', 'rent').toString(),
    egressPaid: total('VoucherRedeemed', 'paid').toString(),
    slashed: (total('Missed', 'burnt', 'bounty', 'compensation') + dust).toString(),
    burnt: (total('Missed', 'burnt') + dust).toString(),
    compensated: total('DealSettled', 'compensation').toString(),
    bounty: total('Missed', 'bounty').toString(),
    collateralPaid: ['DealClosed', 'DealForfeited', 'ChallengeExpired']
      .reduce((sum, name) => sum + total(name, 'collateral'), 0n)
      .toString(),
    challenges: {
      answered: named('ChallengeAnswered').length,
      expired: named('ChallengeExpired').length,
      bonds: {
        paid: total('ChallengeOpened', 'bond').toString(),
        burnt: (total('ChallengeAnswered', 'bond') - halves).toString(),
        toProviders: halves.toString(),
        returned: total('BondReturned', 'bond').toString(),
      },
    },
    gas: { open: await gas('DealOpened'), commit: await gas('DealCommitted'), prove: await gas('Proven'), close: await gas('DealClosed') },
  };
};

/** Leaves that each provider was ever signed up for at once, by provider: the most of each deal, summed. */
export const placedLeaves = (events: readonly ChainEvent[]): ReadonlyMap<string, bigint> => {
  const most = new Map<string, { provider: string; leaves: bigint }>();
  for (const { name, args } of events) {
    if (name !== 'DealCommitted') continue;
    const deal = String(args['deal']);
    const leaves = args['leaves'] as bigint;
    if (leaves >= (most.get(deal)?.leaves ?? 0n)) most.set(deal, { provider: String(args['provider']).toLowerCase(), leaves });
  }
  const byProvider = new Map<string, bigint>();
  for (const { provider, leaves } of most.values()) byProvider.set(provider, (byProvider.get(provider) ?? 0n) + leaves);
  return byProvider;
};
